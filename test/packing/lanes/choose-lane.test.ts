import { describe, expect, it } from 'vitest';
import { lanesSchema } from '../../../core/config/lane-settings.ts';
import { chooseLane, type LaneFacts } from '../../../packing/lanes/choose-lane.ts';

const lanes = lanesSchema.parse({
  actinides: { cores: 16, elements: ['Am', 'Cm'], maxAtoms: 20 },
  quick: { cores: 4, maxTime: '10m', recipe: 'xtb' },
  small: { cores: 8, maxAtoms: 40 },
  large: { cores: 32, minAtoms: 41, maxAtoms: 200, maxElectrons: 900 },
});
const facts: LaneFacts = {
  atoms: 30,
  electrons: 200,
  basisFunctions: null,
  elements: new Set(['C', 'H']),
  recipe: 'omol',
  expectedSeconds: null,
  needsMoreMemory: false,
};

describe('the lane of a record', () => {
  it.each<[string, Partial<LaneFacts>, string | null, string]>([
    ['by its size', {}, 'small', '30 atoms'],
    ['at the end of a bound', { atoms: 40 }, 'small', '40 atoms'],
    ['behind it', { atoms: 41 }, 'large', '41 atoms, 200 electrons'],
    [
      'by its elements, before its size',
      { elements: new Set(['Am']), atoms: 20 },
      'actinides',
      '20 atoms, contains Am',
    ],
    ['by recipe and time', { recipe: 'xtb', expectedSeconds: 59.6 }, 'quick', '1m00s expected, recipe xtb'],
    ['by size, when its time is not known', { recipe: 'xtb' }, 'small', '30 atoms'],
    [
      'of none, with the rule of each that it breaks',
      { atoms: 100, electrons: 901 },
      null,
      'actinides: 100 atoms, at most 20; quick: expected not known; small: 100 atoms, at most 40; large: 901 electrons, at most 900',
    ],
  ])('%s', (_, change, lane, why) => {
    expect(chooseLane(lanes, { ...facts, ...change }, null)).toEqual({ lane, why });
  });

  it('is the one that a user names', () => {
    expect(chooseLane(lanes, facts, 'large')).toEqual({ lane: 'large', why: 'it was chosen with --lane' });
  });
});

describe('a retry with more memory', () => {
  const memories = lanesSchema.parse({
    small: { cores: 8, memory: '30GB' },
    large: { cores: 32, memory: '120GB' },
    fat: { cores: 8, memory: '60GB', minAtoms: 1000 },
  });
  const retry = { ...facts, needsMoreMemory: true };

  it('climbs to the next lane with more memory', () => {
    expect(chooseLane(memories, retry, null)).toEqual({
      lane: 'fat',
      why: 'a retry with more memory than small gives',
    });
  });
  it('stays where nothing is above', () => {
    expect(chooseLane(memories, retry, 'large').lane).toBe('large');
  });
  it('climbs by cores, where memory comes with them', () => {
    expect(chooseLane(lanes, retry, null).lane).toBe('actinides');
  });
});

describe('lanes in oact.yaml', () => {
  it.each([
    ['a name for keys of Redis', { 'a:b': { cores: 8 } }, "'a:b' cannot be the name of a lane"],
    ['the lane of older jobs', { default: { cores: 8 } }, "'default' is the lane of jobs"],
    ['an amount of memory', { a: { cores: 8, memory: '12' } }, "'12' is not an amount of memory"],
    ['known rules', { a: { cores: 8, maxAtom: 3 } }, 'Unrecognized key: "maxAtom"'],
  ])('are refused without %s', (_, value, words) => {
    const parsed = lanesSchema.safeParse(value);
    expect(parsed.error?.message.replaceAll('\\', '')).toContain(words);
  });
});
