import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startOact } from '../support/run-oact.ts';

/** Starts `oact board`, logs in, and asks for its queues. @returns what the page gets */
export async function visitBoard(campaignDir: string): Promise<unknown> {
  const board = startOact(['board', '-C', campaignDir, '--port', '0']);
  try {
    const url = await vi.waitFor(
      () => {
        const [line] = /http:\S+/.exec(board.output().stdout) ?? [];
        if (line === undefined) throw new Error('no address yet');
        return line;
      },
      { timeout: 60_000 },
    );
    const token = readFileSync(join(campaignDir, '.oact', 'board.token'), 'utf8').trim();
    const login = await fetch(`${url}?token=${token}`, { redirect: 'manual' });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const queues = await fetch(`${url}api/queues`, { headers: { cookie } });
    return await queues.json();
  } finally {
    board.child.kill('SIGTERM');
    await board.ended;
  }
}
