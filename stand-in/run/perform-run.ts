import { dieIfTold, type RunContext } from './run-context.ts';
import { ModuleDied } from '../failures/module-death.ts';
import { modules } from './pace-run.ts';
import {
  cyclesRanOut,
  hurray,
  notYetConverged,
  renderConvergence,
  renderCycleHead,
  renderFinalEvaluation,
  renderRelaxationHead,
  runDone,
} from '../output/render-optimization.ts';
import {
  renderFinalEnergy,
  renderGradient,
  renderGradientHead,
  renderPopulations,
  renderProperties,
  renderTimings,
} from '../output/render-results.ts';
import {
  renderBasis,
  renderCoordinates,
  renderParallelBox,
  renderStartup,
  renderStartupEnd,
} from '../output/render-setup.ts';
import { isDueAfter } from '../failures/is-due.ts';
import { unstableWords, writeHugeAnalysis } from '../failures/odd-outputs.ts';
import { runGuess } from './run-guess.ts';
import { runScf } from './run-scf.ts';
import type { Step } from './script-run.ts';
import { work } from './share-work.ts';
import { dot } from '../chemistry/vector.ts';
import { appendTrajectory, writeEngrad, writeOptFile, writeXyz } from '../output/write-files.ts';
import { writePropertyFile } from '../output/write-property-file.ts';

/** All modules of a run in ORCA's order, up to the table of times. Throws ModuleDied when one dies. */
export async function performRun(context: RunContext): Promise<void> {
  const { script, output } = context;
  for (const [index, step] of script.steps.entries()) {
    if (step.cycle) output.write(renderCycleHead(index + 1));
    if (script.optimization && !step.cycle) output.write(renderFinalEvaluation(index));
    output.write(renderCoordinates(context.system, step.positions));
    if (index === 0) {
      output.write(renderBasis(context.system));
      await runStartup(context);
    }
    await runGuess(context, index === 0);
    if (index === 0 && !(await context.ranks.start())) throw new ModuleDied('LEANSCF', {});
    await runScf(context, index, index > 0 || context.restart.file !== undefined);
    dieIfTold(context, 'after_scf');
    if (index === script.steps.length - 1) await context.ranks.stop();
    if (!step.cycle) output.write(renderPopulations(context.system));
    if (context.failure !== 'result_missing') output.write(renderFinalEnergy(step.energyHartree));
    await finishStep(context, step, index);
  }
  if (script.optimization?.hasConverged === true) output.write(runDone);
  if (script.optimization?.hasConverged === false) output.write(cyclesRanOut);
  output.write(renderProperties(context.system));
  if (context.failure === 'huge') writeHugeAnalysis(output);
  if (context.failure === 'unstable') output.write(unstableWords);
  await context.pace.spend('Property calculations', work.properties);
  const last = script.steps.at(-1);
  if (last && context.failure !== 'result_missing') {
    writePropertyFile(context, last, true);
  }
  output.write(
    renderTimings(
      modules.flatMap((module) => {
        const seconds = context.pace.secondsOf(module);
        return seconds === undefined ? [] : [{ module, seconds }];
      }),
    ),
  );
}

async function runStartup(context: RunContext): Promise<void> {
  const startedAt = performance.now();
  context.output.write(renderParallelBox(context.system.input.processCount));
  dieIfTold(context, 'startup');
  context.output.write(renderStartup(context.system));
  await context.pace.spend('Startup calculation', work.startup);
  context.output.write(renderStartupEnd((performance.now() - startedAt) / 1000));
}

/** Gradient, files and, in an optimisation, the step to the next geometry. */
async function finishStep(context: RunContext, step: Step, index: number): Promise<void> {
  const { output, system, base, script } = context;
  if (context.failure === 'result_missing') return;
  writePropertyFile(context, step, false);
  writeXyz(base, system, step);
  if (step.gradient) {
    output.write(renderParallelBox(system.input.processCount));
    output.write(renderGradientHead());
    const startedAt = performance.now();
    await context.pace.spend('SCF Gradient evaluation', work.gradient);
    output.write(renderGradient(system, step.gradient, (performance.now() - startedAt) / 1000));
    writeEngrad(base, system, step, step.gradient);
  }
  if (step.cycle === undefined) return;
  const cycles = script.steps.filter((other) => other.cycle !== undefined).length;
  const seconds = (performance.now() - context.startedAtMs) / 1000;
  if (isDueAfter(context.at, { cycle: index + 1, cycles, seconds })) dieIfTold(context, 'relaxation');
  const norm = Math.sqrt(dot(step.cycle.gradient, step.cycle.gradient));
  output.write(renderRelaxationHead(system.input.atoms.length, step.energyHartree, norm));
  output.write(renderConvergence(step.cycle.rows));
  appendTrajectory(base, system, step);
  writeOptFile(base, script.steps.slice(0, index + 1));
  await context.pace.spend('Geometry relaxation', work.relaxation);
  const isLastCycle = script.steps[index + 1]?.cycle === undefined;
  if (!isLastCycle) output.write(notYetConverged);
  if (isLastCycle && script.optimization?.hasConverged === true) output.write(hurray);
}
