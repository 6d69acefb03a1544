// @ts-check
import { atomicNumberOf, symbolOf } from './elements.mjs';
import { unknownElement, unknownWords, unreadableCoordinates } from './input-error.mjs';

/**
 * @typedef {object} Atom
 * @property {string} symbol
 * @property {number} atomicNumber
 * @property {[number, number, number]} position in ångström
 *
 * @typedef {object} Job what an ORCA input asks for, as far as an engine can do it
 * @property {'single_point' | 'gradient' | 'optimization'} runType
 * @property {number} charge
 * @property {number} multiplicity 2S+1
 * @property {Atom[]} atoms
 * @property {number} ranks
 * @property {number} maxCoreMb for each rank
 * @property {number} scfLimit iterations
 * @property {number} optimizationLimit cycles
 * @property {string[]} ignored words and blocks that stay without effect
 */

/** ORCA's own defaults. */
const defaultMaxCoreMb = 4096;
const defaultScfLimit = 125;
const fewestCycles = 50;

/** Words for runs of another kind: frequencies, paths, dynamics, scans. */
const foreignRun =
  /^(?:an|num)?freq$|^goat|neb|^irc$|^(?:l-|c)?md$|optts$|^ts-?opt$|^scants$|^(?:num)?(?:loose|tight|verytight)?opth$|^numgrad$/i;
const optimization = /^(?:c?opt|(?:loose|normal|tight|verytight)opt)$/i;
const gradient = /^engrad$/i;
const processes = /^pal(\d+)$/i;
/** An optimisation has the engine's own tolerances. */
const honoured = [/^(?:c|normal)?opt$/i, gradient, processes];

const readBlocks = new Set(['pal', 'maxcore']);
const limitedBlocks = new Set(['scf', 'geom']);

/**
 * Takes from an ORCA input what every engine can honour, and lists the rest.
 * @param {string} text
 * @returns {Job}
 * @throws {InputError} in ORCA's words
 */
export function parseInput(text) {
  const lines = text.split(/\r?\n/).map((line) => line.replaceAll(/#[^#]*(?:#|$)/g, ' ').trim());
  const words = lines
    .filter((line) => line.startsWith('!'))
    .flatMap((line) => line.slice(1).split(/[\s!]+/))
    .filter((word) => word !== '');
  const foreign = words.filter((word) => foreignRun.test(word));
  if (foreign.length > 0) throw unknownWords(foreign);

  const head = lines.findIndex((line) => line.startsWith('*'));
  const settings = lines
    .slice(0, head === -1 ? undefined : head)
    .filter((line) => !line.startsWith('!'))
    .join('\n');
  const { charge, multiplicity, atoms } = readSystem(lines, head);
  return {
    runType: words.some((word) => optimization.test(word))
      ? 'optimization'
      : words.some((word) => gradient.test(word))
        ? 'gradient'
        : 'single_point',
    charge,
    multiplicity,
    atoms,
    ranks:
      readNumber(settings, /\bnprocs?\s+(\d+)/i) ??
      words.map((word) => Number(processes.exec(word)?.[1] ?? 0)).find((count) => count > 0) ??
      1,
    maxCoreMb: readNumber(settings, /%\s*maxcore\s+(\d+)/i) ?? defaultMaxCoreMb,
    scfLimit: readNumber(blockOf(settings, 'scf'), /\bmaxiter\s+(\d+)/i) ?? defaultScfLimit,
    optimizationLimit:
      readNumber(blockOf(settings, 'geom'), /\bmaxiter\s+(\d+)/i) ?? Math.max(fewestCycles, 3 * atoms.length),
    ignored: [
      ...words.filter((word) => !honoured.some((pattern) => pattern.test(word))),
      ...[...settings.matchAll(/^%\s*(\w+)/gm)]
        .map(([, name = '']) => name.toLowerCase())
        .filter((name) => !readBlocks.has(name))
        .map((name) => (limitedBlocks.has(name) ? `%${name} but for its maxiter` : `%${name}`)),
    ],
  };
}

/**
 * @param {string} settings
 * @param {string} name
 */
function blockOf(settings, name) {
  return new RegExp(`^%\\s*${name}\\b[^%]*`, 'im').exec(settings)?.[0] ?? '';
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 */
function readNumber(text, pattern) {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * `*xyz charge multiplicity`, atoms, `*`.
 * @param {string[]} lines
 * @param {number} head
 */
function readSystem(lines, head) {
  const title = lines[head] ?? '';
  const [, charge, multiplicity] = /^\*\s*xyz\s+([+-]?\d+)\s+(\d+)\s*$/i.exec(title) ?? [];
  if (charge === undefined) throw unreadableCoordinates(title === '' ? 'there is none' : title);
  const atoms = [];
  for (const line of lines.slice(head + 1)) {
    if (line.startsWith('*')) break;
    if (line !== '') atoms.push(readAtom(line));
  }
  return { charge: Number(charge), multiplicity: Number(multiplicity), atoms };
}

/**
 * @param {string} line
 * @returns {Atom}
 */
function readAtom(line) {
  const [symbol = '', ...numbers] = line.split(/\s+/);
  const [x, y, z] = numbers.map(Number);
  const atomicNumber = atomicNumberOf(symbol);
  if (atomicNumber === undefined) throw unknownElement(symbol);
  if (x === undefined || y === undefined || z === undefined || ![x, y, z].every(Number.isFinite)) {
    throw unreadableCoordinates(line);
  }
  return { symbol: symbolOf(atomicNumber), atomicNumber, position: [x, y, z] };
}
