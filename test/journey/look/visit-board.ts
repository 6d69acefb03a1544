import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startOact } from '../../support/run-oact.ts';

/** Starts `oact board` and asks for its queues. @returns what Bull Board's page gets */
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
    const headers = { authorization: `Bearer ${token}` };
    const queues = await fetch(new URL('queue/api/queues', url), { headers });
    return await queues.json();
  } finally {
    board.child.kill('SIGTERM');
    await board.ended;
  }
}
