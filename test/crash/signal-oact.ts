import { expect, vi } from 'vitest';
import { listOwnProcesses } from '../../tools/chaos/list-processes.ts';
import type { RunningOact } from '../support/run-oact.ts';

/** SIGKILL; it is gone when this resolves. */
export async function shoot(running: RunningOact): Promise<void> {
  running.child.kill('SIGKILL');
  await running.ended;
}

/** The consumer with the guard that would stop its ORCA: as when a node dies, but for ORCA itself. */
export async function shootWithGuard(dir: string, consumer: RunningOact): Promise<void> {
  signalWithGuard(dir, consumer, 'SIGSTOP');
  signalWithGuard(dir, consumer, 'SIGKILL');
  await consumer.ended;
}

/** To a consumer and its guard. @param dir of the campaign's window */
export function signalWithGuard(dir: string, { child }: RunningOact, signal: NodeJS.Signals): void {
  const guards = listOwnProcesses(dir).filter(
    ({ parentPid, jobId }) => parentPid === child.pid && jobId === undefined,
  );
  for (const { pid } of guards) process.kill(pid, signal);
  child.kill(signal);
}

/** SIGTERM. @returns its exit code */
export async function stop(running: RunningOact): Promise<number | null> {
  running.child.kill('SIGTERM');
  return (await running.ended).code;
}

/** @returns what it printed @throws when it fails, with what it said */
export async function succeeds(running: RunningOact): Promise<string> {
  const { code, stdout, stderr } = await running.ended;
  if (code !== 0) throw new Error(`oact ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Everything that this campaign started, also what was stopped. */
export async function killAll(dir: string): Promise<void> {
  const kill = (): number[] => {
    const pids = listOwnProcesses(dir).map(({ pid }) => pid);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended in this moment.
      }
    }
    return pids;
  };
  await vi.waitFor(() => expect(kill()).toEqual([]), { timeout: 10_000 });
}
