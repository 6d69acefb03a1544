import { spawn } from 'node:child_process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listSession } from '../../../consumer/process/list-session.ts';
import { measureCpu } from '../../../consumer/process/measure-cpu.ts';

/** Starts a shell in a session of its own, which is killed when the test ends. */
function startSession(script: string): number {
  const { pid = 0 } = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
  onTestFinished(() => {
    for (const member of listSession(pid)) process.kill(member, 'SIGKILL');
  });
  return pid;
}

const busyChild = 'sh -c "i=0; while [ \\$i -lt 300000 ]; do i=\\$((i+1)); done"';
const secondsOf = (session: number): number => measureCpu(new Set([session]))?.get(session) ?? 0;

it('counts what a session uses, also in children that have ended', async () => {
  const session = startSession(`${busyChild}; sleep 600`);
  await vi.waitFor(() => expect(secondsOf(session)).toBeGreaterThan(0.05), { timeout: 15_000 });
  // The child is gone, and nothing that is left has computed.
  await vi.waitFor(() => expect(listSession(session)).toHaveLength(2), { timeout: 15_000 });
  expect(secondsOf(session)).toBeGreaterThan(0.05);
});

it('tells sessions apart, and knows nothing of one that is not there', async () => {
  const busy = startSession('while :; do :; done');
  const idle = startSession('sleep 600');
  await vi.waitFor(() => expect(secondsOf(busy)).toBeGreaterThan(0.2), { timeout: 15_000 });
  const seconds = measureCpu(new Set([busy, idle, 2 ** 30]));
  expect(seconds?.get(busy)).toBeGreaterThan(0.2);
  expect(seconds?.get(idle)).toBeLessThan(0.1);
  expect(seconds?.has(2 ** 30)).toBe(false);
  expect(seconds?.size).toBe(2);
});
