// @ts-check
import { renderCoordinates, renderVersion } from './render-head.mjs';
import {
  renderCycleHead,
  renderFinalEnergy,
  renderGradient,
  renderGradientHead,
  renderOptimizationEnd,
  renderStep,
} from './render-results.mjs';
import {
  renderRanks,
  renderScfEnd,
  renderScfHead,
  renderScfRow,
  renderSpin,
  renderTotalEnergy,
} from './render-scf.mjs';

/**
 * @typedef {import('./engine.mjs').Event} Event
 * @typedef {import('./engine.mjs').Place} Place
 * @typedef {import('./parse-input.mjs').Job} Job
 *
 * @typedef {object} Frame a geometry with what was computed for it
 * @property {Place[]} atoms
 * @property {number} energy
 * @property {[number, number, number][] | null} gradient
 *
 * @typedef {object} Told what an engine has done so far
 * @property {Place[]} atoms the geometry of now
 * @property {number | null} energy of the last SCF
 * @property {boolean} lastScfConverged
 * @property {Frame[]} frames
 * @property {boolean | null} optimized
 * @property {number} seconds
 */

/**
 * Tells what an engine does in ORCA's form, and keeps the results.
 * @param {string} engine
 * @param {Job} job
 * @returns {{tell: (event: Event) => string, told: Told}}
 */
export function createTeller(engine, job) {
  /** @type {Told} */
  const told = {
    atoms: job.atoms.map(({ symbol, position: [x, y, z] }) => ({ symbol, x, y, z })),
    energy: null,
    lastScfConverged: false,
    frames: [],
    optimized: null,
    seconds: 0,
  };
  /** Iterations of the SCF that is running; 0 between two of them. */
  let iterations = 0;
  let isInCycle = false;

  /**
   * @param {Event} event
   * @returns {string}
   */
  const tell = (event) => {
    switch (event.kind) {
      case 'version':
        return renderVersion(engine, event.version);
      case 'ranks':
        return renderRanks(event.count);
      case 'cycle':
        isInCycle = true;
        return renderCycleHead(event.number);
      case 'geometry':
        // The first one is the input's, and what comes behind the end has no gradient.
        if (!isInCycle || told.optimized !== null) return '';
        told.atoms = event.atoms;
        return renderCoordinates(event.atoms);
      case 'iteration': {
        const head = iterations === 0 ? renderScfHead() : '';
        const row = renderScfRow(event, iterations === 0);
        iterations = event.number;
        return head + row;
      }
      case 'scf': {
        // Asked again for the same geometry, an engine repeats the energy without an iteration.
        const isRepeated = iterations === 0 && event.converged;
        const end = isRepeated
          ? ''
          : renderScfEnd(iterations, event.converged) +
            (event.converged ? renderTotalEnergy(event.energy) : '');
        iterations = 0;
        told.energy = event.energy;
        told.lastScfConverged = event.converged;
        return end;
      }
      case 'spin':
        return renderSpin(event.s2, event.ideal);
      case 'gradient begins':
        return told.energy === null ? '' : renderFinalEnergy(told.energy) + renderGradientHead();
      case 'gradient':
        told.frames.push({ atoms: told.atoms, energy: told.energy ?? NaN, gradient: event.vectors });
        return renderGradient(
          told.atoms.map(({ symbol }) => symbol),
          event.vectors,
        );
      case 'step':
        return renderStep(event.rows);
      case 'optimization':
        told.optimized = event.converged;
        return renderOptimizationEnd(event.converged);
      case 'time':
        // A part of a run has a line of its own behind that of the whole.
        told.seconds = Math.max(told.seconds, event.seconds);
        break;
    }
    return '';
  };
  return { tell, told };
}

/**
 * What is missing in a run that ended by itself; undefined when all that was asked for is there.
 * @param {Job} job
 * @param {Told} told
 */
export function findShortfall({ runType }, told) {
  if (told.energy === null || !Number.isFinite(told.energy)) return 'no energy';
  if (!told.lastScfConverged) return 'the SCF has not converged';
  if (runType === 'optimization' && told.optimized !== true) return 'the optimization has not converged';
  const last = told.frames.at(-1);
  const isWhole = last?.gradient?.length === told.atoms.length && last.gradient.flat().every(Number.isFinite);
  return runType === 'single_point' || isWhole ? undefined : 'no gradient';
}
