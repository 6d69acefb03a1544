import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { checkBasis } from '../input/assign-basis.ts';
import { chooseMisbehaviour, type Misbehaviour } from '../failures/choose-misbehaviour.ts';
import { describeSystem } from '../chemistry/describe-system.ts';
import { dialectOf, inDialect } from '../output/dialect.ts';
import { finishRun } from './finish-run.ts';
import { findRestart } from '../chemistry/find-restart.ts';
import { forcedInputError, type FrontStage } from '../input/forced-input-error.ts';
import { createGbw } from '../chemistry/gbw-file.ts';
import { InputError, noFullPathError } from '../input/input-error.ts';
import { nameFormulas } from '../chemistry/name-formulas.ts';
import { floodErrors, renderOldRun, screenReaderWords } from '../failures/odd-outputs.ts';
import { type OrcaInput, parseInput } from '../input/parse-input.ts';
import {
  listWarnings,
  renderBanner,
  renderEcho,
  renderRunType,
  renderStartBox,
  renderWarnings,
} from '../output/render-head.ts';
import type { Call, FrontEnd } from './run-context.ts';
import { createOutput, type Output } from '../output/write-output.ts';
import { writeScratch, writeStartXyz } from '../output/write-files.ts';

/** A front-end failure; module failures end with 0, as ORCA's do. */
const frontEndExitCode = 126;

/** One ORCA run from its input to its exit code; all it says goes to stdout and stderr. */
export async function runOrca(call: Call): Promise<number> {
  const parsed = tryParse(call.inputText);
  const formulas = parsed instanceof InputError ? [] : nameFormulas(parsed.atoms);
  const misbehaviour = chooseMisbehaviour(
    call.environment,
    [process.cwd(), ...formulas],
    parsed instanceof InputError ? undefined : parsed,
  );
  const output = createOutput(misbehaviour.failure === 'crlf' ? '\r\n' : '\n');
  if (misbehaviour.failure === 'not_orca') {
    output.write(screenReaderWords);
    return 1;
  }
  try {
    const front = runFrontEnd(call, parsed, misbehaviour, output);
    return await finishRun(call, front, misbehaviour, output);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    output.write(`${inDialect(error.message, dialectOf(call.environment.version))}\n`);
    return frontEndExitCode;
  }
}

function tryParse(text: string): OrcaInput | InputError {
  try {
    return parseInput(text, readText);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Everything up to the first module: banner, checks, echo, first files. Throws InputError. */
function runFrontEnd(
  call: Call,
  parsed: OrcaInput | InputError,
  misbehaviour: Misbehaviour,
  output: Output,
): FrontEnd {
  const complainIfTold = (stage: FrontStage): void => {
    const error = forcedInputError(stage, misbehaviour.failure);
    if (error) throw error;
  };
  if (misbehaviour.failure === 'append') output.write(renderOldRun(call.environment.version));
  if (misbehaviour.failure === 'stderr_flood') floodErrors();
  output.write(renderBanner(call.environment.version));
  // Two bytes that no UTF-8 text holds, in a name of the banner as in real outputs of older versions.
  if (misbehaviour.failure === 'nonutf8')
    output.writeBytes(Buffer.from(' With contributions from P\xe9ter \xff\n', 'latin1'));
  complainIfTold('reading');
  if (parsed instanceof InputError) throw parsed;
  if (parsed.processCount > 1 && !call.calledAs.startsWith('/')) throw noFullPathError();
  const base = parsed.settings.base ?? call.inputFile.replace(/\.[^./]*$/, '');
  output.write(
    renderStartBox({
      startedAt: new Date(),
      host: hostname(),
      processId: process.pid,
      workingDirectory: process.cwd(),
    }),
  );
  writeStartXyz(base, parsed.atoms);
  complainIfTold('basis');
  checkBasis(parsed);
  output.write(renderWarnings());
  complainIfTold('checks');
  const system = describeSystem(parsed);
  const restart = findRestart(system, base);
  output.write(listWarnings(system));
  // As ORCA names the child run that it starts for the guess of a heavy atom.
  const shownName = misbehaviour.failure === 'subjob' ? `${base}_atom92.inp` : call.inputFile;
  output.write(renderEcho(path.basename(shownName), call.inputText));
  output.write(renderRunType(system.runType));
  createGbw(`${base}.gbw`, system);
  writeScratch(base);
  return { system, base, restart };
}
