// Reads what a chemist should doubt in a run that ended well, and how kinds without a final energy say that they succeeded.
import type { FactReader } from './fact-reader.ts';
import type { OutputFacts } from './output-facts.ts';

const mostKept = 5;

/** ORCA says of the SCF, of a geometry and of its last energy elsewhere, in words of their own. */
const saidElsewhere =
  /\bSCF\b|wave ?function|geometry|optimi[sz]ation|Fully converged|lambda equations|not yet converged|convergence threshold/i;

/** How a kind of calculation that may print no energy says that it reached its end. */
const successes: readonly (readonly [kind: string, phrase: string, pattern?: RegExp])[] = [
  ['solvator', '.solvator.xyz', /saved to/i],
  ['docker', '.docker.struc', /saved (?:to|in)|written/i],
  ['docker', 'docker.xyz', /saved (?:to|in)|written/i],
  ['cosmors', 'free energy of solvation (dgsolv)'],
];

export const doubtReaders: readonly FactReader[] = [
  {
    // ORCA 5 writes `an UNSTABLE HF/KS wave function`, ORCA 6 `the wavefunction is unstable`.
    phrase: 'stability analysis indicates',
    pattern: /stability analysis indicates .*?\b(un)?stable\b/i,
    take: (facts, [un]) => void (facts.stability = un === undefined ? 'stable' : 'unstable'),
  },
  {
    phrase: 'stopping irc run',
    pattern: /MAXIMUM NUMBER OF ITERATIONS REACHED/i,
    take: (facts) => void (facts.ircLimits += 1),
  },
  {
    phrase: 'fatal error encountered',
    pattern: /FATAL ERROR ENCOUNTERED/,
    take: (facts) => void (facts.fatalErrors += 1),
  },
  {
    phrase: 'vibrational frequencies',
    pattern: /^\s*VIBRATIONAL FREQUENCIES\s*$/,
    take: (facts) => {
      facts.imaginaryModes = 0;
      facts.lowestMode = null;
    },
  },
  {
    phrase: '***imaginary mode***',
    pattern: /:\s+(-\d+\.\d+)\s+cm/,
    take: (facts, [wavenumber]) => {
      facts.imaginaryModes = (facts.imaginaryModes ?? 0) + 1;
      facts.lowestMode = Math.min(facts.lowestMode ?? 0, Number(wavenumber));
    },
  },
  ...['not converge', 'no convergence', 'unconverged'].map((phrase) => ({
    phrase,
    pattern:
      /^(.*\b(?:(?:did|has|have|is|are|was|were|do|does) not converged?|not converged|no convergence|unconverged)\b.*)$/i,
    take: noteUnconverged,
  })),
  ...successes.map(([kind, phrase, pattern]) => ({
    phrase,
    pattern: pattern ?? /./,
    take: (facts: OutputFacts) => noteSuccess(facts, kind),
  })),
  {
    phrase: ' terminated normally****',
    closesItself: true,
    pattern: /\*{4}ORCA-(\w+) TERMINATED NORMALLY\*{4}/,
    take: (facts, [module]) => noteSuccess(facts, module?.toLowerCase() ?? ''),
  },
];

function noteUnconverged(facts: OutputFacts, [line = '']: readonly (string | undefined)[]): void {
  const text = line.replace(/^\s*(?:\[file [^\]]*\]:)?[\s*!.=>-]*/, '').replace(/[\s*=-]+$/, '');
  if (text === '' || saidElsewhere.test(text) || facts.unconverged.includes(text)) return;
  if (facts.unconverged.length < mostKept) facts.unconverged.push(text);
}

function noteSuccess(facts: OutputFacts, kind: string): void {
  if (!facts.ownSuccesses.includes(kind)) facts.ownSuccesses.push(kind);
}
