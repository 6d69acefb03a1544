import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { elementEnergy } from '../chemistry/energy-surface.ts';
import {
  atomGuessDone,
  renderAtomGuess,
  renderGuessEnd,
  renderModelGuess,
  renderOrbitalsRead,
} from '../output/render-guess.ts';
import { renderBanner } from '../output/render-head.ts';
import { normalEnd, renderFinalEnergy, renderRunTime } from '../output/render-results.ts';
import { renderGuessSettings, renderParallelBox } from '../output/render-setup.ts';
import { dieIfTold, listHeavyAtoms, type RunContext } from './run-context.ts';
import { work } from './share-work.ts';

/**
 * The guess module: orbitals of a file, or model densities with a silent child run per heavy element, which
 * leaves an output of its own, end mark included. `isFirst`: later cycles of an optimisation read the last orbitals.
 */
export async function runGuess(context: RunContext, isFirst: boolean): Promise<void> {
  const { system, output, pace, jobName } = context;
  output.write(renderParallelBox(system.input.processCount));
  const startedAt = performance.now();
  const source = isFirst ? context.restart.file : `${jobName}.gbw`;
  if (isFirst) output.write(renderGuessSettings(system, context.script.scfMaxIterations, jobName));
  dieIfTold(context, 'guess');
  if (context.restart.problem) throw context.restart.problem;
  output.write(source === undefined ? renderModelGuess() : renderOrbitalsRead(source));
  if (source === undefined) await guessHeavyAtoms(context);
  await pace.spend('SCF iterations', work.modelGuess);
  output.write(renderGuessEnd((performance.now() - startedAt) / 1000, jobName));
}

async function guessHeavyAtoms(context: RunContext): Promise<void> {
  for (const heavy of listHeavyAtoms(context.system)) {
    const child = `${context.base}_atom${heavy.atomicNumber}`;
    const name = path.basename(child);
    const command = `${context.facts.programDirectory}/orca ${name}.inp "" > ${name}.out`;
    context.output.write(renderAtomGuess({ ...heavy, command }));
    writeFileSync(`${child}.inp`, `! HF\n* xyz 0 1\n${heavy.symbol} 0 0 0\n*\n`);
    await context.pace.spend('SCF iterations', work.atomGuess);
    const core = context.system.coreElectrons[heavy.atomIndex] ?? 0;
    const element = context.system.input.atoms[heavy.atomIndex]?.element;
    const energy = element ? elementEnergy(element, core) : 0;
    writeFileSync(
      `${child}.out`,
      `${renderBanner(context.version)}${renderFinalEnergy(energy)}${normalEnd}${renderRunTime(900)}`,
    );
    writeFileSync(`${child}.densities`, '');
    context.output.write(atomGuessDone);
  }
}
