import { setTimeout as sleep } from 'node:timers/promises';
import { updateGbw } from '../chemistry/gbw-file.ts';
import { isDue } from '../failures/is-due.ts';
import { scfNotConverged } from '../failures/module-death.ts';
import {
  renderOldScfFailure,
  renderScfConverged,
  renderScfNotConverged,
  renderScfResult,
  scfErrorAt,
} from '../output/render-scf.ts';
import { renderScfHead, renderScfRemark, renderScfRow } from '../output/render-scf-table.ts';
import { renderParallelBox } from '../output/render-setup.ts';
import { dieWithRanks, misbehave } from '../failures/misbehave.ts';
import { dieIfTold, GaveUp, type RunContext } from './run-context.ts';
import { work } from './share-work.ts';

/** Every this many rows, one is written in two halves: readers of a growing file meet cut lines. */
const cutRowEvery = 7;

/** The `index`-th SCF: its table row by row, orbitals stored at each, then the energy. Throws when it fails. */
export async function runScf(context: RunContext, index: number, startsFromOrbitals: boolean): Promise<void> {
  const { output, system, script } = context;
  const { dialect } = context.facts;
  const step = script.steps[index];
  if (step === undefined) throw new RangeError(`no SCF ${index} in a run of ${script.steps.length}`);
  const startedAt = performance.now();
  output.write(renderParallelBox(system.input.processCount));
  output.write(renderScfHead(dialect));
  dieIfTold(context, 'scf_start');
  const converges = step.scfIterations <= script.scfMaxIterations;
  const iterations = Math.min(step.scfIterations, script.scfMaxIterations);
  const cycles = script.steps.length;
  let isOver = false;
  let previousHartree: number | undefined;
  let change = 0;
  for (let iteration = 1; iteration <= iterations; iteration += 1) {
    const error = scfErrorAt(iteration, { iterations, converges, startsFromOrbitals });
    const energyHartree = step.energyHartree + error;
    const rowStartedAt = performance.now();
    await context.pace.spend('SCF iterations', work.scfIteration);
    const seconds = (performance.now() - rowStartedAt) / 1000;
    const row = renderScfRow(
      { iteration, energyHartree, previousHartree, error: Math.abs(error), seconds },
      dialect,
    );
    const sinceStart = (performance.now() - context.startedAtMs) / 1000;
    if (
      !isOver &&
      isDue(context.at, { iteration, iterations, cycle: index + 1, cycles, seconds: sinceStart })
    ) {
      isOver = true;
      await misbehave(context, row);
    }
    dieWithRanks(context);
    await writeRow(context, row, iteration);
    updateGbw(`${context.base}.gbw`, system, iteration, energyHartree);
    change = energyHartree - (previousHartree ?? energyHartree);
    previousHartree = energyHartree;
  }
  if (!converges) {
    output.write(renderScfNotConverged(iterations));
    if (dialect.generation < 6) throw new GaveUp(renderOldScfFailure(previousHartree ?? 0));
    throw scfNotConverged(system.input.processCount);
  }
  output.write(renderScfConverged(iterations));
  output.write(
    renderScfResult(system, {
      dialect,
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
  context.output.write(renderScfRemark(iteration, context.facts.dialect));
}
