import { closeSync, fsyncSync, openSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModuleDied } from './module-death.ts';
import { dieIfTold, type RunContext } from '../run/run-context.ts';

/** How often a run that hangs looks whether its ranks still live. */
const hangLookMilliseconds = 200;
/** How long a write waits for a disk that is overloaded. */
const diskStallMilliseconds = 1500;

/** What a run is told to suffer in the course of its SCF; `row` is the next one of the table. */
export async function misbehave(context: RunContext, row: string): Promise<void> {
  const { failure } = context;
  dieIfTold(context, 'scf_middle');
  if (failure === 'killed_midrun') dieAtOnce(context, row);
  if (failure === 'truncated_gbw') {
    const gbw = `${context.base}.gbw`;
    truncateSync(gbw, Math.floor(statSync(gbw).size * 0.9));
    dieAtOnce(context, row);
  }
  if (failure === 'slow_disk') await stall(context);
  if (failure === 'hang' || failure === 'livelock') await waitForTheEnd(context, failure === 'livelock');
}

/** Says nothing any more; a run that `isBusy` goes on using its core. */
async function waitForTheEnd(context: RunContext, isBusy: boolean): Promise<never> {
  for (;;) {
    const until = performance.now() + hangLookMilliseconds;
    if (isBusy) while (performance.now() < until);
    // That a rank has ended is heard between two turns only.
    await sleep(isBusy ? 0 : hangLookMilliseconds);
    dieWithRanks(context);
  }
}

/** In the middle of a row, as the kernel kills. */
function dieAtOnce(context: RunContext, row: string): void {
  context.output.write(row.slice(0, 30));
  process.kill(process.pid, 'SIGKILL');
}

/** Silent and idle, as in a write that does not return, then on as if nothing had been. */
async function stall(context: RunContext): Promise<void> {
  const file = openSync(`${context.base}.gbw`, 'r+');
  try {
    await sleep(diskStallMilliseconds);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** When mpirun or a rank is killed, ORCA prints its footer and ends with 0; mpirun has said why on stderr. */
export function dieWithRanks(context: RunContext): void {
  if (context.ranks.hasDied()) throw new ModuleDied('LEANSCF', {});
}
