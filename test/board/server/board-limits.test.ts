/** What a stranger can do to the board before a login. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyBytes, isOwnHost } from '../../../board/server/board-limits.ts';
import { createSessions } from '../../../board/server/board-session.ts';
import { keepEndedSessions } from '../../../board/server/ended-sessions.ts';
import { createFailureBrake, failureDelayMs } from '../../../board/server/slow-down.ts';
import type { Board } from '../../../board/server/start-board.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { aBoardWorld, type BoardWorld } from '../a-board.ts';
import { formKeyOf, visitBoard } from '../visit-board.ts';

describe('a board at its port', () => {
  let campaign: BoardWorld;
  let board: Board;
  beforeAll(async () => {
    campaign = await aBoardWorld();
    board = await campaign.start();
  });
  afterAll(async () => {
    await campaign.remove();
  });

  /** Sends until it is answered, or all is sent. @returns the status, and how many bytes went out */
  function send(bytes: number, headers: Record<string, string>): Promise<{ status: number; sent: number }> {
    return new Promise((resolve, reject) => {
      const piece = Buffer.alloc(64 * 1024, 'a');
      let sent = 0;
      const asked = request(new URL('/login', board.url), { method: 'POST', headers }, (response) => {
        response.resume();
        asked.destroy();
        resolve({ status: response.statusCode ?? 0, sent });
      });
      // After the answer it changes nothing.
      asked.on('error', reject);
      const more = (): void => {
        while (!asked.destroyed && sent < bytes) {
          sent += piece.length;
          if (!asked.write(piece)) return void asked.once('drain', () => setImmediate(more));
        }
        if (!asked.destroyed) asked.end();
      };
      more();
    });
  }

  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  it('refuses a large body by its length, and one of unknown length as soon as it is large', async () => {
    const before = process.memoryUsage().rss;
    expect((await send(bodyBytes, { ...form, 'Content-Length': String(300 * 2 ** 20) })).status).toBe(413);
    expect((await send(300 * 2 ** 20, form)).status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  it('ends a connection whose headers come byte by byte, and answers others meanwhile', async () => {
    const { hostname: host, port } = new URL(board.url);
    const socket = connect(Number(port), host);
    socket.on('error', () => undefined);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.write(`GET /login HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
    const drip = setInterval(() => socket.write('a'), 500);
    expect((await fetch(new URL('/login', board.url))).status).toBe(401);
    await once(socket, 'close');
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
  }, 30_000);

  it("answers no other site's name, and none that is missing", async () => {
    const { port } = new URL(board.url);
    const statusOf = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const asked = request(
          { port, host: '127.0.0.1', path: '/login', headers: { Host: host } },
          (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        );
        asked.on('error', reject);
        asked.end();
      });
    expect(await statusOf(`rebound.example:${port}`)).toBe(421);
    expect(await statusOf(`localhost:${port}`)).toBe(401);
    expect(await statusOf(`${hostname()}:${port}`)).toBe(401);
  });

  it('ends a session at logout for whoever has a copy of its cookie', async () => {
    const visitor = visitBoard(board, campaign.token);
    const headers = await visitor.logIn();
    const other = await visitor.logIn();
    const page = await (await visitor.get('/', { headers })).text();
    expect((await visitor.post('/logout', { key: formKeyOf(page) }, headers)).status).toBe(303);
    expect((await visitor.get('/', { headers })).status).toBe(401);
    expect((await visitor.get('/', { headers: other })).status).toBe(200);
  });
});

describe('isOwnHost', () => {
  it.each([
    ['localhost:8080', true],
    ['127.0.0.1', true],
    ['[::1]:8080', true],
    ['campaign.localhost:1', true],
    ['LOGIN1.site.edu:80', true],
    [hostname(), true],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
    ['a@localhost', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (header, isOwn) => {
    expect(isOwnHost(header, ['login1.site.edu'])).toBe(isOwn);
  });
});

describe('failed logins', () => {
  it('wait longer each time, up to a limit, and no longer after one that succeeded', async () => {
    const waited: number[] = [];
    const brake = createFailureBrake(async (ms) => void waited.push(ms));
    for (let n = 0; n < 8; n += 1) await brake.failed();
    expect(waited).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    brake.succeeded();
    await brake.failed();
    expect(waited.at(-1)).toBe(failureDelayMs(1));
  });

  it('are refused at once when many wait already', async () => {
    const brake = createFailureBrake(() => new Promise(() => undefined));
    for (let n = 0; n < 16; n += 1) void brake.failed();
    expect(await brake.failed()).toBe(false);
  });
});

describe('ended sessions', () => {
  let dir: CampaignDir;
  beforeAll(() => {
    dir = makeCampaignDir();
  });
  afterAll(() => dir.remove());

  it('stay ended when the board is started again, until they would be over', () => {
    const path = join(dir.dir, 'board.ended');
    const now = new Date();
    const sessions = createSessions('token', keepEndedSessions(path));
    const session = sessions.open(now);
    const kept = sessions.open(now);
    sessions.end(session, now);
    const again = createSessions('token', keepEndedSessions(path));
    expect([again.isOpen(session, now), again.isOpen(kept, now)]).toEqual([false, true]);
    const later = new Date(now.getTime() + 8 * 86_400_000);
    expect(keepEndedSessions(path, later).has(session)).toBe(false);
  });

  it('a session that was changed opens nothing', () => {
    const sessions = createSessions('token', keepEndedSessions(undefined));
    const session = sessions.open(new Date());
    expect(sessions.isOpen(session, new Date())).toBe(true);
    for (const forged of [
      `9${session}`,
      session.replace(/^\d+/, '9999999999'),
      '',
      'a.b',
      session.slice(0, -1),
    ])
      expect(sessions.isOpen(forged, new Date())).toBe(false);
  });
});
