// @ts-check
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkSystem } from './check-system.mjs';
import { findMissing } from './find-program.mjs';
import { InputError } from './input-error.mjs';
import { parseInput } from './parse-input.mjs';
import { renderFooter, renderNormalEnd } from './render-end.mjs';
import { renderEngrad, renderXyz } from './render-files.mjs';
import {
  renderBanner,
  renderCoordinates,
  renderEcho,
  renderMethod,
  renderSettings,
  renderTask,
  renderWarnings,
} from './render-head.mjs';
import { renderFinalEnergy } from './render-results.mjs';
import { startEngine } from './start-engine.mjs';
import { createTeller, findShortfall } from './tell-run.mjs';

/**
 * @typedef {import('./engine.mjs').Engine} Engine
 * @typedef {import('./parse-input.mjs').Job} Job
 */

/** What a shell answers for a program that is not there; what ORCA answers for an input it refuses. */
const notFoundCode = 127;
const refusedCode = 126;

const write = (/** @type {string} */ text) => void process.stdout.write(text);

/**
 * `orca INPUT [ARGUMENTS OF MPIRUN]`, computed by another engine. Sets the exit code, which is 0 for a good end alone.
 * @param {Engine} engine
 * @param {string[]} args
 */
export async function runFront(engine, [inputFile, mpiArguments = '']) {
  const missing = findMissing(engine.programs, process.env['PATH'] ?? '');
  if (missing !== undefined) {
    process.stderr.write(`unable to launch the specified application: ${missing} is not on PATH\n`);
    process.exitCode = notFoundCode;
    return;
  }
  if (inputFile === undefined) {
    write(
      `This program requires the name of a parameter file as argument\nFor example: orca job.inp\n${renderBanner(engine.name)}`,
    );
    process.exitCode = 1;
    return;
  }
  write(renderBanner(engine.name));
  try {
    const text = readInput(inputFile);
    const job = parseInput(text);
    writeHead(engine, job, path.basename(inputFile), text);
    await compute(engine, job, {
      base: inputFile.replace(/\.[^./]*$/, ''),
      mpiArguments: mpiArguments.split(/\s+/).filter((word) => word !== ''),
    });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    write(`\n${error.message}\n`);
    process.exitCode = refusedCode;
  }
}

/** @param {string} file */
function readInput(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new InputError(`Cannot open input file: ${file}`);
  }
}

/**
 * All that can be said and refused before anything is computed.
 * @param {Engine} engine
 * @param {Job} job
 * @param {string} inputName
 * @param {string} text
 */
function writeHead(engine, job, inputName, text) {
  const { method, remarks } = engine.plan(job);
  write(renderMethod(method));
  checkSystem(job);
  const { ignored } = job;
  write(
    renderWarnings([
      `${engine.name} computes with ${method}, whatever the input asks for`,
      ...remarks,
      ...(ignored.length === 0 ? [] : [`without effect: ${ignored.join(', ')}`]),
    ]),
  );
  write(renderEcho(inputName, text));
  write(renderTask(job));
  write(renderCoordinates(job.atoms.map(({ symbol, position: [x, y, z] }) => ({ symbol, x, y, z }))));
  write(renderSettings(job));
}

/**
 * @param {Engine} engine
 * @param {Job} job
 * @param {{base: string, mpiArguments: string[]}} call
 */
async function compute(engine, job, { base, mpiArguments }) {
  const startedAt = performance.now();
  const scratch = mkdtempSync(path.join(tmpdir(), `${engine.name.toLowerCase()}-`));
  try {
    const start = engine.prepare(job, { scratch, mpiArguments });
    for (const [file, text] of Object.entries(start.files)) writeFileSync(file, text);
    const { tell, told } = createTeller(engine.name, job);
    const name = path.basename(base);
    let savedFrames = 0;
    const take = (/** @type {import('./engine.mjs').Event[]} */ events) => {
      for (const event of events) write(tell(event));
      const frame = told.frames.at(-1);
      if (frame === undefined || told.frames.length === savedFrames) return;
      savedFrames = told.frames.length;
      writeFileSync(`${base}.engrad`, renderEngrad(frame));
      writeFileSync(`${base}.xyz`, renderXyz(name, frame));
      if (job.runType === 'optimization') appendFileSync(`${base}_trj.xyz`, renderXyz(name, frame));
    };
    const read = engine.createReader();
    const ending = await startEngine(start, engine.outputName, (line) => take(read(line)));
    if (ending.stoppedBy !== null) {
      rmSync(scratch, { recursive: true, force: true });
      // ORCA ends without a word then.
      process.kill(process.pid, ending.stoppedBy);
      return;
    }
    if (ending.code === 0) take(engine.collect?.(scratch) ?? []);
    const shortfall = ending.code === 0 ? findShortfall(job, told) : undefined;
    if (ending.code !== 0 || shortfall !== undefined) {
      if (shortfall !== undefined) write(`\n${engine.name} ended well, but there is ${shortfall}\n`);
      write(engine.explainDeath(ending));
      write(renderFooter(engine.name, [start.program, ...start.args]));
      process.exitCode = 1;
      return;
    }
    if (job.runType === 'single_point' && told.energy !== null) {
      write(renderFinalEnergy(told.energy));
      writeFileSync(
        `${base}.xyz`,
        renderXyz(name, { atoms: told.atoms, energy: told.energy, gradient: null }),
      );
    }
    write(renderNormalEnd(told.seconds, performance.now() - startedAt));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
