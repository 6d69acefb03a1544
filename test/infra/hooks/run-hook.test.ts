import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hookSettingsSchema } from '../../../core/config/hook-settings.ts';
import { makeEvent, runHook } from '../../../infra/hooks/run-hook.ts';
import { isAlive } from '../../consumer/programs.ts';
import { listen } from '../../support/tcp-proxy.ts';

function aDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'oact-hook-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

const eventIn = (directory: string) =>
  makeEvent(
    { event: 'campaignDone', message: 'done: "all" of $HOME', details: { completed: 3 } },
    { id: '0a1b2c3d', directory },
    { now: new Date('2026-11-22T12:00:00.000Z') },
  );

function run(directory: string, action: object): Promise<void> {
  const { campaignDone } = hookSettingsSchema.parse({ campaignDone: action });
  if (campaignDone === null) throw new Error('no hook');
  return runHook(campaignDone, eventIn(directory));
}

describe('a command', () => {
  it('gets the event on stdin and in its environment, in the directory of the campaign', async () => {
    const dir = aDirectory();
    const script = 'cat > event.json; printf "%s|%s|%s" "$OACT_EVENT_NAME" "$OACT_EVENT_MESSAGE" "$1" > said';
    await run(dir, { command: ['sh', '-c', script, 'hook', 'a; "b" $c'] });
    expect(JSON.parse(readFileSync(join(dir, 'event.json'), 'utf8'))).toEqual({
      v: 1,
      event: 'campaignDone',
      at: '2026-11-22T12:00:00.000Z',
      campaign: { id: '0a1b2c3d', directory: dir },
      isTest: false,
      message: 'done: "all" of $HOME',
      details: { completed: 3 },
    });
    // No shell of ours has read any of it.
    expect(readFileSync(join(dir, 'said'), 'utf8')).toBe('campaignDone|done: "all" of $HOME|a; "b" $c');
  });

  it('inherits what it needs, and no password of Redis', async () => {
    const dir = aDirectory();
    const secrets = {
      OACT_REDIS_URL: 'redis://producer:s3cret@10.0.0.5:6390/0',
      OACT_REDIS_PASSWORD_FILE: '/home/me/redis-s3cret',
      REDISCLI_AUTH: 's3cret',
      QUEUE_OF_MINE: 'rediss://:s3cret@host:6379',
    };
    for (const [name, value] of Object.entries({ ...secrets, MAIL_TO: 'me' })) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    await run(dir, { command: ['sh', '-c', 'env > env.txt'] });
    const inherited = readFileSync(join(dir, 'env.txt'), 'utf8');
    expect(inherited).toContain('MAIL_TO=me\n');
    expect(inherited).not.toContain('s3cret');
  });

  it('that reads nothing of a long stdin has done what it should', async () => {
    await expect(run(aDirectory(), { command: ['true'] })).resolves.toBeUndefined();
  });

  it.each([
    [
      ['sh', '-c', 'echo first >&2; echo no such mailbox >&2; exit 3'],
      'sh ended with exit code 3: no such mailbox',
    ],
    [['sh', '-c', 'kill -TERM $$'], 'sh ended with SIGTERM'],
    [['./missing'], './missing cannot be started: '],
  ])('%j that fails says how', async (command, words) => {
    await expect(run(aDirectory(), { command })).rejects.toMatchObject({
      code: 'HOOK_FAILED',
      message: expect.stringContaining(words),
    });
  });

  it('that takes too long is stopped with all that it started', async () => {
    const dir = aDirectory();
    const script = 'sleep 600 & echo $! > pid.new; mv pid.new pid; wait';
    await expect(run(dir, { command: ['sh', '-c', script], timeout: '2s' })).rejects.toMatchObject({
      message: 'sh was stopped after 2 s',
    });
    const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
  });

  it('that leaves something in the background is not waited for', async () => {
    const dir = aDirectory();
    await run(dir, { command: ['sh', '-c', 'sleep 600 & echo $! > pid'], timeout: '60s' });
    const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

/** A server that keeps what it was asked. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: { method: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ method: request.method, headers: request.headers, body });
      answer(request, response);
    });
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${port}/hooks/secret-path` };
}

describe('a webhook', () => {
  it('gets the event by POST, with the secret of a file', async () => {
    const dir = aDirectory();
    writeFileSync(join(dir, 'hook.secret'), 'open sesame\n', { mode: 0o600 });
    const { asked, url } = await serve((_, response) => response.writeHead(204).end());
    await run(dir, { webhook: { url, secretFile: 'hook.secret' } });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer open sesame' },
    });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual(eventIn(dir));
  });

  it('is not called with a secret that others may read', async () => {
    const dir = aDirectory();
    writeFileSync(join(dir, 'hook.secret'), 'open sesame\n', { mode: 0o644 });
    const { asked, url } = await serve((_, response) => response.end());
    await expect(run(dir, { webhook: { url, secretFile: 'hook.secret' } })).rejects.toMatchObject({
      code: 'SECRET_EXPOSED',
    });
    expect(asked).toEqual([]);
  });

  it.each([500, 404, 302])(
    'that answers %d has failed; its path, often a password, is not told',
    async (status) => {
      const { asked, url } = await serve((_, response) =>
        response.writeHead(status, { Location: 'http://127.0.0.1:9/elsewhere' }).end(),
      );
      const failed = run(aDirectory(), { webhook: { url } });
      await expect(failed).rejects.toMatchObject({
        code: 'HOOK_FAILED',
        message: expect.stringMatching(
          new RegExp(`^the webhook at 127\\.0\\.0\\.1:\\d+ answered ${status}$`),
        ),
      });
      expect(asked).toHaveLength(1);
    },
  );

  it('that does not answer in time has failed', async () => {
    const { url } = await serve(() => undefined);
    await expect(run(aDirectory(), { webhook: { url }, timeout: '1s' })).rejects.toMatchObject({
      message: expect.stringContaining('did not answer within 1 s'),
    });
  });

  it('that is not there has failed, and the command beside it was run', async () => {
    const dir = aDirectory();
    const webhook = { url: 'http://127.0.0.1:9/hook' };
    await expect(run(dir, { webhook, command: ['touch', 'was-run'] })).rejects.toMatchObject({
      message: expect.stringContaining('cannot be reached: '),
    });
    expect(existsSync(join(dir, 'was-run'))).toBe(true);
  });
});
