// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** @typedef {import('./engine.mjs').Start} Start */

/** Of the output, for the explanation of a death. */
const keptLines = 200;
/** Whoever stops a whole session has told the engine already, and mpirun drops everything at a second TERM. */
const passOnMs = 1000;
const killMs = 6000;

/**
 * Runs an engine and hands on its output line by line, while it grows. A signal that ends this process ends the engine first.
 * @param {Start} start
 * @param {string} logPath keeps the output
 * @param {(line: string) => void} onLine
 * @returns {Promise<{code: number | null, signal: NodeJS.Signals | null, stoppedBy: NodeJS.Signals | null, lastLines: string[]}>}
 */
export async function startEngine(start, logPath, onLine) {
  const child = spawn(start.program, start.args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: start.cwd,
    env: { ...process.env, ...start.env },
  });
  const ended = once(child, 'close');
  /** @type {NodeJS.Signals | null} */
  let stoppedBy = null;
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    if (stoppedBy !== null) return;
    stoppedBy = signal;
    setTimeout(() => child.kill('SIGTERM'), passOnMs).unref();
    setTimeout(() => child.kill('SIGKILL'), killMs).unref();
  };
  const signals = /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP']);
  for (const signal of signals) process.on(signal, stop);
  // Should this process break, nobody would read the pipe any more. mpirun ends its ranks at TERM.
  const giveUp = () => void child.kill('SIGTERM');
  process.once('exit', giveUp);

  const log = createWriteStream(logPath);
  log.on('error', (error) => {
    process.stderr.write(`${logPath}: ${error.message}\n`);
  });
  /** @type {string[]} */
  const lastLines = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.write(`${line}\n`);
    if (lastLines.push(line) > keptLines) lastLines.shift();
    if (stoppedBy === null) onLine(line);
  });
  try {
    const [code, signal] = await ended;
    return { code, signal, stoppedBy, lastLines };
  } finally {
    log.end();
    process.off('exit', giveUp);
    for (const signal of signals) process.off(signal, stop);
  }
}
