import { describe, expect, it } from 'vitest';
import type { Event } from '../../examples/engines/shared/engine.mjs';
import { parseInput } from '../../examples/engines/shared/parse-input.mjs';
import { createTeller, findShortfall, type Told } from '../../examples/engines/shared/tell-run.mjs';
import { createProgressFollower } from '../../orca/progress/read-progress.ts';
import { readText } from '../orca/an-output.ts';

const jobOf = (word: string) => parseInput(`! ${word}\n*xyz 0 3\nO 0 0 0\nO 0 0 1.2\n*\n`);
const row = (number: number, energy: number): Event => ({
  kind: 'iteration',
  number,
  energy,
  change: -0.5 / number,
  density: 1e-3,
  error: 2e-4,
  seconds: number,
});
const scf = (energy: number): Event[] => [
  row(1, energy + 0.5),
  row(2, energy),
  { kind: 'scf', converged: true, energy },
];
const gradient: Event = {
  kind: 'gradient',
  vectors: [
    [0, 0, 0.02],
    [0, 0, -0.03],
  ],
};
const move = (z: number): Event => ({
  kind: 'geometry',
  atoms: [
    { symbol: 'O', x: 0, y: 0, z: 0 },
    { symbol: 'O', x: 0, y: 0, z },
  ],
});
const tellAll = (word: string, events: Event[]): { text: string; told: Told } => {
  const { tell, told } = createTeller('NWChem', jobOf(word));
  return { text: events.map(tell).join(''), told };
};

describe('what an engine did is told so that the readers of ORCA understand it', () => {
  it('a gradient run', () => {
    const { text, told } = tellAll('EnGrad', [
      { kind: 'version', version: '7.0.2' },
      { kind: 'ranks', count: 2 },
      ...scf(-150.25),
      { kind: 'spin', s2: 2.01, ideal: 2 },
      { kind: 'gradient begins' },
      gradient,
      { kind: 'time', seconds: 3 },
    ]);
    expect(readText(text)).toMatchObject({
      version: '7.0.2',
      ranks: 2,
      scfCycles: 2,
      finalEnergyHartree: -150.25,
      maxGradientHartreePerBohr: 0.03,
      s2: 2.01,
      spinContamination: 0.01,
      endedNormally: false,
    });
    expect(findShortfall(jobOf('EnGrad'), told)).toBeUndefined();
    expect(told.seconds).toBe(3);
  });

  it('how far it is, at every moment', () => {
    const { tell } = createTeller('NWChem', jobOf('Opt'));
    const follower = createProgressFollower();
    const after = (...events: Event[]) => {
      follower.push(Buffer.from(events.map(tell).join('')));
      return follower.read();
    };
    expect(after({ kind: 'cycle', number: 1 }, row(1, -149), row(2, -149.5))).toMatchObject({
      phase: 'SCF',
      scf: { number: 1, iteration: 2, energyChange: -0.25, converged: null },
      optimization: { cycle: 1 },
    });
    expect(after({ kind: 'scf', converged: true, energy: -150 })).toMatchObject({ scf: { converged: true } });
    expect(after({ kind: 'gradient begins' }).phase).toBe('gradient');
    const step: Event = {
      kind: 'step',
      rows: [{ item: 'MAX gradient', value: 0.03, tolerance: 4.5e-4 }],
    };
    expect(after(gradient, step)).toMatchObject({
      phase: 'geometry step',
      optimization: { maxGradient: { value: 0.03, target: 4.5e-4 } },
    });
    expect(after(...scf(-150.1), { kind: 'cycle', number: 2 })).toMatchObject({
      scf: { number: 2 },
      optimization: { cycle: 2 },
    });
  });

  it('an optimisation, with the geometry of each gradient', () => {
    const events: Event[] = [
      move(9),
      { kind: 'cycle', number: 1 },
      move(1.2),
      ...scf(-150.2),
      { kind: 'gradient begins' },
      gradient,
      { kind: 'cycle', number: 2 },
      move(1.3),
      // The energy of the line search is repeated without an iteration.
      { kind: 'scf', converged: true, energy: -150.25 },
      { kind: 'gradient begins' },
      gradient,
      { kind: 'optimization', converged: true },
      move(8),
    ];
    const { text, told } = tellAll('Opt', events);
    expect(told.frames.map(({ atoms, energy }) => [atoms[1]?.z, energy])).toEqual([
      [1.2, -150.2],
      [1.3, -150.25],
    ]);
    expect(readText(text)).toMatchObject({
      optimizationCycles: 2,
      optimization: 'converged',
      scfCycles: 2,
      finalEnergyHartree: -150.25,
    });
    expect(findShortfall(jobOf('Opt'), told)).toBeUndefined();
  });

  it('an optimisation that ran out of cycles', () => {
    const { text } = tellAll('Opt', [
      { kind: 'cycle', number: 1 },
      { kind: 'optimization', converged: false },
    ]);
    expect(readText(text).optimization).toBe('limit_reached');
  });
});

describe('nothing is taken for a success that', () => {
  it.each<[string, string, Event[], string]>([
    ['has no energy', 'HF', [], 'no energy'],
    ['has an energy that is no number', 'HF', [{ kind: 'scf', converged: true, energy: NaN }], 'no energy'],
    [
      'has not converged',
      'HF',
      [row(1, -1), { kind: 'scf', converged: false, energy: -1 }],
      'the SCF has not converged',
    ],
    ['has no gradient', 'EnGrad', scf(-150), 'no gradient'],
    [
      'has a part of a gradient',
      'EnGrad',
      [...scf(-150), { kind: 'gradient', vectors: [[0, 0, 1]] }],
      'no gradient',
    ],
    [
      'has found no minimum',
      'Opt',
      [...scf(-150), gradient, { kind: 'optimization', converged: false }],
      'the optimization has not converged',
    ],
    ['has not said that it found one', 'Opt', [...scf(-150), gradient], 'the optimization has not converged'],
  ])('%s', (_what, word, events, shortfall) => {
    expect(findShortfall(jobOf(word), tellAll(word, events).told)).toBe(shortfall);
  });

  it('and a whole single point is one', () => {
    expect(findShortfall(jobOf('HF'), tellAll('HF', scf(-150)).told)).toBeUndefined();
  });
});
