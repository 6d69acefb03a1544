import { setTimeout as sleep } from 'node:timers/promises';
import { updateGbw } from './gbw-file.ts';
import { ModuleDied, scfNotConverged } from './module-death.ts';
import {
  renderScfConverged,
  renderScfHead,
  renderScfNotConverged,
  renderScfRemark,
  renderScfResult,
  renderScfRow,
  scfErrorAt,
} from './render-scf.ts';
import { renderParallelBox } from './render-setup.ts';
import { dieIfTold, type RunContext } from './run-context.ts';
import type { Step } from './script-run.ts';
import { work } from './share-work.ts';

/** Every this many rows, one is written in two halves: readers of a growing file meet cut lines. */
const cutRowEvery = 7;

/** How often a run that hangs looks whether its ranks still live. */
const hangLookMilliseconds = 200;

/** One SCF: its table row by row, orbitals stored at each, then the energy. Throws ModuleDied when it fails. */
export async function runScf(context: RunContext, step: Step, startsFromOrbitals: boolean): Promise<void> {
  const { output, system, script } = context;
  const startedAt = performance.now();
  output.write(renderParallelBox(system.input.processCount));
  output.write(renderScfHead());
  dieIfTold(context, 'scf_start');
  const converges = step.scfIterations <= script.scfMaxIterations;
  const iterations = Math.min(step.scfIterations, script.scfMaxIterations);
  const middle = Math.ceil(iterations / 2);
  let previousHartree: number | undefined;
  let change = 0;
  for (let iteration = 1; iteration <= iterations; iteration += 1) {
    const error = scfErrorAt(iteration, { iterations, converges, startsFromOrbitals });
    const energyHartree = step.energyHartree + error;
    const rowStartedAt = performance.now();
    await context.pace.spend('SCF iterations', work.scfIteration);
    const seconds = (performance.now() - rowStartedAt) / 1000;
    const row = renderScfRow({ iteration, energyHartree, previousHartree, error: Math.abs(error), seconds });
    if (iteration === middle) await misbehave(context, row);
    dieWithRanks(context);
    await writeRow(context, row, iteration);
    updateGbw(`${context.base}.gbw`, system, iteration, energyHartree);
    change = energyHartree - (previousHartree ?? energyHartree);
    previousHartree = energyHartree;
  }
  if (!converges) {
    output.write(renderScfNotConverged(iterations));
    throw scfNotConverged(system.input.processCount);
  }
  output.write(renderScfConverged(iterations));
  output.write(
    renderScfResult(system, {
      energyHartree: step.energyHartree,
      lastChange: change,
      spinContamination: script.spinContamination,
      jobName: context.jobName,
      seconds: (performance.now() - startedAt) / 1000,
    }),
  );
}

async function writeRow(context: RunContext, row: string, iteration: number): Promise<void> {
  if (iteration % cutRowEvery === 0) {
    const half = Math.floor(row.length / 2);
    context.output.write(row.slice(0, half));
    await sleep(1);
    context.output.write(row.slice(half));
  } else {
    context.output.write(row);
  }
  context.output.write(renderScfRemark(iteration));
}

/** What a run is told to suffer in the middle of its SCF. */
async function misbehave(context: RunContext, row: string): Promise<void> {
  dieIfTold(context, 'scf_middle');
  if (context.failure === 'killed_midrun') {
    context.output.write(row.slice(0, 30));
    process.kill(process.pid, 'SIGKILL');
  }
  while (context.failure === 'hang') {
    await sleep(hangLookMilliseconds);
    dieWithRanks(context);
  }
}

/** When mpirun or a rank is killed, ORCA prints its footer and ends with 0; mpirun has said why on stderr. */
function dieWithRanks(context: RunContext): void {
  if (context.ranks.hasDied()) throw new ModuleDied('LEANSCF', {});
}
