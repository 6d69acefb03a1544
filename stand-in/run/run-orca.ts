import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describeSystem } from '../chemistry/describe-system.ts';
import { findRestart } from '../chemistry/find-restart.ts';
import { createGbw } from '../chemistry/gbw-file.ts';
import { type Misbehaviour, chooseMisbehaviour } from '../failures/choose-misbehaviour.ts';
import type { FailureCategory } from '../failures/failure-categories.ts';
import { floodErrors, renderOldRun, screenReaderWords } from '../failures/odd-outputs.ts';
import { checkBasis } from '../input/assign-basis.ts';
import {
  InputError,
  noBasisError,
  noElectronsError,
  noFullPathError,
  parityError,
  unknownIdentifierError,
  unknownWordsError,
  zeroDistanceError,
} from '../input/input-error.ts';
import type { Atom } from '../input/parse-coordinates.ts';
import { type OrcaInput, parseInput } from '../input/parse-input.ts';
import { dialectOf, inDialect } from '../output/dialect.ts';
import {
  listWarnings,
  renderBanner,
  renderEcho,
  renderRunType,
  renderStartBox,
  renderWarnings,
} from '../output/render-head.ts';
import { writeScratch, writeStartXyz } from '../output/write-files.ts';
import { type Output, createOutput } from '../output/write-output.ts';
import { finishRun } from './finish-run.ts';
import type { Call, FrontEnd } from './run-context.ts';

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

/** The formula in Hill's order (`F3Np`) and in the order of the input (`NpF3`). */
function nameFormulas(atoms: Atom[]): string[] {
  const counts = new Map<string, number>();
  for (const { element } of atoms) counts.set(element.symbol, (counts.get(element.symbol) ?? 0) + 1);
  const write = (symbols: string[]): string =>
    symbols.map((symbol) => `${symbol}${counts.get(symbol) === 1 ? '' : counts.get(symbol)}`).join('');
  const symbols = [...counts.keys()];
  const first = counts.has('C') ? ['C', 'H'].filter((symbol) => counts.has(symbol)) : [];
  const hill = [...first, ...symbols.filter((symbol) => !first.includes(symbol)).toSorted()];
  return [...new Set([write(hill), write(symbols)])];
}

/** Where the front end notices: while reading, while assigning the basis, or in its last checks. */
type FrontStage = 'reading' | 'basis' | 'checks';

/** The complaint that a category asks for at a stage of the front end, whatever the input says. */
function forcedInputError(stage: FrontStage, category: FailureCategory | undefined): InputError | undefined {
  if (stage === 'reading') {
    if (category === 'input_keyword') return unknownWordsError(['WB97MV']);
    return category === 'input_syntax' ? unknownIdentifierError('SCF', 3, 'CONVERGENZE') : undefined;
  }
  if (stage === 'basis') return category === 'input_basis' ? noBasisError(0, 'U') : undefined;
  if (category === 'input_multiplicity') return parityError(2, 46);
  if (category === 'input_no_electrons') return noElectronsError();
  return category === 'input_geometry' ? zeroDistanceError(0, 1) : undefined;
}
