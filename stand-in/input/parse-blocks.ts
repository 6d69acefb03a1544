import {
  invalidAssignmentError,
  missingEndError,
  strayTextError,
  unknownIdentifierError,
} from './input-error.ts';
import { type InputLine, splitTokens, type Token, unquote } from './scan-input.ts';

/** What the stand-in takes from the `%` blocks; the rest is checked and dropped. */
export interface BlockSettings {
  processCount?: number;
  /** MB per process */
  maxcore?: number;
  base?: string;
  moInput?: string;
  scfMaxIterations?: number;
  optimizationMaxCycles?: number;
  readsHessian: boolean;
  hessianFile?: string;
  /** Keyed by the element symbol as written, lower case. */
  basisOf: Map<string, string>;
  corePotentialOf: Map<string, string>;
  /** `GTOName "file"` gives every element a basis that we cannot see. */
  hasBasisFile: boolean;
}

export function noSettings(): BlockSettings {
  return { readsHessian: false, basisOf: new Map(), corePotentialOf: new Map(), hasBasisFile: false };
}

const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));

/** Keys with a value, per block. A block of undefined keys is accepted whatever it holds. */
const keysOf: Record<string, Set<string> | undefined> = {
  pal: words('nprocs nprocs_group'),
  scf: words(`convergence maxiter thresh tcut diismaxeq diismaxit diisstart directresetfreq guess guessmode hftyp
    autotrah autotrahtol autotrahiter sthresh autostart tole tolmaxp tolrmsp tolerr tolg tolx convcheckmode convforced
    cnvdiis cnvsoscf cnvkdiis cnvshift cnvdamp cnvzerner soscfstart soscfmaxit smeartemp flipspin finalms brokensym
    stabperform keepdens scfmode moinp uno fracocc lshift ignoreconv`),
  geom: words(`maxiter inhess inhessname convergence tole tolrmsg tolmaxg tolrmsd tolmaxd trust maxstep calc_hess
    recalc_hess coordsys update usegdiis enforcestrictconvergence`),
  basis: words('gtoname gtoauxjname basis aux auxj auxc ecp decontract readfragbasis'),
  elprop: words('dipole quadrupole polar origin hyperpol'),
  rel: words('finitenuc dlu lightatomthresh method order modelpot modeldens dodiracsoc'),
  nbo: words('nbokeylist'),
};

const looseBlocks = words(
  'output method cpcm freq tddft mp2 mdci casscf eprnmr plots loc sym symmetry cis mdrestraints',
);

/** Words that open a block inside a block; each has its own `end`. */
const openersOf: Record<string, Set<string> | undefined> = {
  scf: words('shift rotate damp'),
  geom: words('constraints scan modify_internal potentials'),
  basis: words('newgto addgto newecp addecp newauxjgto addauxjgto newauxcgto newauxjkgto newcabsgto'),
};

/**
 * Reads the block that starts at `lines[start]` into `settings` and returns the index of the next line.
 * Throws InputError as ORCA's scanner would.
 */
export function parseBlock(lines: InputLine[], start: number, settings: BlockSettings): number {
  const first = lines[start];
  const header = /^%\s*([A-Za-z]+)(.*)$/.exec(first?.text ?? '');
  if (first === undefined || header === null) throw strayTextError(first?.number ?? 0, first?.text ?? '');
  const name = (header[1] ?? '').toLowerCase();
  const rest = splitTokens(header[2] ?? '', first.number);
  if (['maxcore', 'base', 'moinp'].includes(name)) {
    applyDirective(name, rest, first.number, settings);
    return start + 1;
  }
  if (keysOf[name] === undefined && !looseBlocks.has(name)) {
    throw unknownIdentifierError('INPUT', first.number, name);
  }
  const { tokens, next } = readUntilEnd(name, rest, lines, start + 1);
  applyBlock(name, tokens, settings);
  return next;
}

function applyDirective(name: string, rest: Token[], line: number, settings: BlockSettings): void {
  const value = rest.at(0)?.text === '=' ? rest.at(1) : rest.at(0);
  if (value === undefined) throw invalidAssignmentError(name.toUpperCase(), line, name);
  if (name === 'maxcore') settings.maxcore = readNumber('MAXCORE', value);
  if (name === 'base') settings.base = unquote(value.text);
  if (name === 'moinp') settings.moInput = unquote(value.text);
}

/** The tokens of a block up to its `end`, without it. A line that starts another part means the end is missing. */
function readUntilEnd(
  name: string,
  rest: Token[],
  lines: InputLine[],
  start: number,
): { tokens: Token[]; next: number } {
  const openers = openersOf[name];
  const tokens: Token[] = [];
  let depth = 1;
  let pending = rest;
  let next = start;
  for (;;) {
    for (const [index, token] of pending.entries()) {
      const lower = token.text.toLowerCase();
      if (depth === 1 && openers?.has(lower) === true) depth += 1;
      else if (lower === 'end') depth -= 1;
      if (depth === 0) {
        const extra = pending[index + 1];
        if (extra !== undefined) throw strayTextError(extra.line, extra.text);
        return { tokens, next };
      }
      tokens.push(token);
    }
    const line = lines[next];
    if (line === undefined || /^[%!*$]/.test(line.text)) {
      const last = tokens.at(-1);
      throw missingEndError(
        name.toUpperCase(),
        line?.number ?? last?.line ?? 0,
        line?.text ?? last?.text ?? name,
      );
    }
    pending = splitTokens(line.text, line.number);
    next += 1;
  }
}

function applyBlock(name: string, tokens: Token[], settings: BlockSettings): void {
  const keys = keysOf[name];
  if (keys === undefined) return;
  const openers = openersOf[name];
  const queue = [...tokens];
  for (let token = queue.shift(); token !== undefined; token = queue.shift()) {
    const key = token.text.toLowerCase();
    if (openers?.has(key) === true) {
      const end = queue.findIndex((candidate) => candidate.text.toLowerCase() === 'end');
      applyInner(key, queue.splice(0, end + 1), settings);
      continue;
    }
    if (!keys.has(key)) throw unknownIdentifierError(name.toUpperCase(), token.line, token.text);
    if (queue.at(0)?.text === '=') queue.shift();
    const value = queue.shift();
    if (value === undefined) throw invalidAssignmentError(name.toUpperCase(), token.line, token.text);
    applyValue(`${name}.${key}`, value, settings);
  }
}

function applyInner(opener: string, tokens: Token[], settings: BlockSettings): void {
  const element = tokens.at(0)?.text.toLowerCase();
  const quoted = tokens.find((token) => token.text.startsWith('"'));
  if (element === undefined) return;
  if (opener === 'newgto') settings.basisOf.set(element, quoted ? unquote(quoted.text) : 'explicit');
  if (opener === 'newecp' && quoted !== undefined)
    settings.corePotentialOf.set(element, unquote(quoted.text));
}

function applyValue(key: string, value: Token, settings: BlockSettings): void {
  if (key === 'pal.nprocs') settings.processCount = readNumber('PAL', value);
  if (key === 'scf.maxiter') settings.scfMaxIterations = readNumber('SCF', value);
  if (key === 'scf.moinp') settings.moInput = unquote(value.text);
  if (key === 'geom.maxiter') settings.optimizationMaxCycles = readNumber('GEOM', value);
  if (key === 'geom.inhess') settings.readsHessian = value.text.toLowerCase() === 'read';
  if (key === 'geom.inhessname') settings.hessianFile = unquote(value.text);
  if (key === 'basis.gtoname') settings.hasBasisFile = true;
}

function readNumber(block: string, token: Token): number {
  const value = Number(token.text);
  if (!Number.isInteger(value) || value < 1) throw invalidAssignmentError(block, token.line, token.text);
  return value;
}
