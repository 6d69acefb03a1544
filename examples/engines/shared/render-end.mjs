// @ts-check
import { fixed } from './format-text.mjs';

/**
 * @param {number} engineSeconds of the engine's own clock
 * @param {number} totalMs since the front was started
 */
export function renderNormalEnd(engineSeconds, totalMs) {
  const seconds = Math.floor(totalMs / 1000);
  const days = Math.floor(seconds / 86_400);
  const parts = [
    `${days} days`,
    `${Math.floor(seconds / 3600) % 24} hours`,
    `${Math.floor(seconds / 60) % 60} minutes`,
    `${seconds % 60} seconds`,
    `${Math.floor(totalMs) % 1000} msec`,
  ];
  return `Timings for individual modules:

Sum of individual times          ... ${fixed(engineSeconds, 3, 12)} sec (= ${fixed(engineSeconds / 60, 3, 7)} min)

                             ****ORCA TERMINATED NORMALLY****
TOTAL RUN TIME: ${parts.join(' ')}
`;
}

/**
 * The last words of a run whose engine died; why stands above them.
 * @param {string} engine
 * @param {readonly string[]} command
 */
export function renderFooter(engine, command) {
  return `
ORCA finished by error termination in ${engine.toUpperCase()}
Calling Command: ${command.join(' ')}
  .... aborting the run

`;
}
