import { hostname } from 'node:os';
import path from 'node:path';
import type { Misbehaviour } from '../failures/choose-misbehaviour.ts';
import { anotherAttempt } from '../failures/odd-outputs.ts';
import { dialectOf } from '../output/dialect.ts';
import { ModuleDied, nameModule, renderFooter } from '../failures/module-death.ts';
import { createPace } from './pace-run.ts';
import { performRun } from './perform-run.ts';
import { findLeakedVariables, type SecondsRange } from '../input/read-environment.ts';
import { renderOptimizationSettings } from '../output/render-head.ts';
import { normalEnd, renderRunTime } from '../output/render-results.ts';
import { type Call, type FrontEnd, GaveUp, listHeavyAtoms, type RunContext } from './run-context.ts';
import { scriptRun } from './script-run.ts';
import { numberFrom } from '../chemistry/seeded-numbers.ts';
import { scfWork, totalWork } from './share-work.ts';
import { createRankPhase } from './start-ranks.ts';
import { removeScratch, writeRemainders } from '../output/write-files.ts';
import { type Output, writeError } from '../output/write-output.ts';

const longDaySeconds = 86_400;

/** Runs the modules and prints the end: normal, or the footer of the module that died; both exit with 0. */
export async function finishRun(
  call: Call,
  front: FrontEnd,
  misbehaviour: Misbehaviour,
  output: Output,
): Promise<number> {
  const { system, base, restart } = front;
  const { environment } = call;
  const { failure } = misbehaviour;
  const script = scriptRun(system, {
    restartsOrbitals: restart.file !== undefined,
    failure,
    ...(misbehaviour.at !== undefined && { at: misbehaviour.at }),
  });
  const heavyCount = restart.file === undefined ? listHeavyAtoms(system).length : 0;
  const seconds = misbehaviour.seconds ?? chooseSeconds(environment.seconds, system.identity);
  const work = totalWork(script, heavyCount);
  const { processCount } = system.input;
  const maxcore = system.input.settings.maxcore ?? 4000;
  const context: RunContext = {
    system,
    script,
    base,
    jobName: path.basename(base),
    restart,
    output,
    pace: createPace(seconds, work, environment.burnsCpu && processCount === 1),
    ranks: createRankPhase({
      count: processCount,
      seconds:
        failure === 'hang' || failure === 'livelock'
          ? longDaySeconds
          : 1 + (seconds * scfWork(script, heavyCount)) / work,
      burnsCpu: environment.burnsCpu,
      usesMpirun: environment.usesMpirun,
      mpiArguments: call.mpiArguments,
      leakedVariables: findLeakedVariables(process.env),
      reportFile: `${base}.standin-ranks.jsonl`,
    }),
    failure,
    at: misbehaviour.at,
    startedAtMs: performance.now(),
    version: environment.version,
    facts: {
      dialect: dialectOf(environment.version),
      processCount,
      maxcore,
      host: hostname(),
      programDirectory: path.dirname(path.resolve(call.calledAs)),
      neededMemory: Math.max(262.4, 1.3 * maxcore),
    },
  };
  if (script.optimization) {
    output.write(renderOptimizationSettings(script.optimization.tolerances, script.optimization.maxCycles));
  }
  if (restart.remark !== undefined) output.write(restart.remark);
  try {
    await performRun(context);
  } catch (error) {
    if (!(error instanceof ModuleDied || error instanceof GaveUp)) throw error;
    await context.ranks.stop();
    if (error instanceof GaveUp) {
      output.write(error.message);
      return 0;
    }
    output.write(error.out);
    writeError(error.err);
    const moduleName = nameModule(error.module, context.facts.dialect);
    output.write(renderFooter(moduleName, callingCommand(moduleName, context), context.facts.dialect));
    return 0;
  }
  removeScratch(base);
  writeRemainders(base);
  output.write(normalEnd);
  output.write(renderRunTime(performance.now()));
  if (failure === 'appended_attempt') output.write(anotherAttempt(context.facts.programDirectory));
  return failure === 'rc137_but_ok' ? 137 : 0;
}

/** Within `lo-hi` the input decides, so a repeated run takes the same time. */
function chooseSeconds({ low, high }: SecondsRange, identity: string): number {
  return low + (high - low) * numberFrom(`${identity} seconds`);
}

function callingCommand(moduleName: string, { facts, jobName }: RunContext): string {
  const program = `${facts.programDirectory}/orca_${moduleName.toLowerCase()}`;
  const file = ['Startup', 'GTOInt'].includes(moduleName) ? `${jobName}.int.tmp` : `${jobName}.gbw`;
  if (facts.processCount === 1) return `${program} ${file} `;
  return `mpirun -np ${facts.processCount}  ${program}_mpi ${file} ${jobName} `;
}
