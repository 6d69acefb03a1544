import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  portNumber,
  durationSeconds,
  idRanges,
  positiveDuration,
  wholeNumber,
} from '../../cli/flags/parse-flags.ts';
import { recipeFromFlags } from '../../cli/flags/recipe-flags.ts';
import { selectionFromFlags } from '../../cli/flags/selection-flags.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';

describe('wholeNumber', () => {
  it.each([
    ['1', 1],
    ['100', 100],
    [' 7 ', 7],
  ])("reads '%s'", (text, value) => {
    expect(wholeNumber(1)(text)).toBe(value);
  });

  it.each(['0', '-1', '1.5', '1e3', '0x10', '', 'many', '1 2'])("refuses '%s'", (text) => {
    expect(() => wholeNumber(1)(text)).toThrow(InvalidArgumentError);
  });

  it('takes 0 where 0 makes sense', () => {
    expect(wholeNumber(0)('0')).toBe(0);
  });
});

describe('durations', () => {
  it('are seconds', () => {
    expect(durationSeconds('1h30m')).toBe(5400);
    expect(durationSeconds('0')).toBe(0);
    expect(positiveDuration('90')).toBe(90);
  });

  it.each(['soon', '', '-5'])("refuse '%s' with the forms that are known", (text) => {
    expect(() => durationSeconds(text)).toThrow(/HH:MM:SS/);
  });

  it.each(['0', '0s', '00:00:00'])('may not be %s where a limit is meant', (text) => {
    expect(() => positiveDuration(text)).toThrow(InvalidArgumentError);
  });
});

describe('idRanges', () => {
  it.each([
    ['17', [{ from: 17, to: 17 }]],
    [
      '1-10,17',
      [
        { from: 1, to: 10 },
        { from: 17, to: 17 },
      ],
    ],
    [
      ' 1 - 3 , 5 ',
      [
        { from: 1, to: 3 },
        { from: 5, to: 5 },
      ],
    ],
    ['4-4', [{ from: 4, to: 4 }]],
  ])("reads '%s'", (text, ranges) => {
    expect(idRanges(text)).toEqual(ranges);
  });

  it.each(['', '10-1', '1,,2', '1-', '-5', 'all', '1..3', '1.5'])("refuses '%s'", (text) => {
    expect(() => idRanges(text)).toThrow(InvalidArgumentError);
  });
});

describe('portNumber', () => {
  it('takes what can be a port', () => {
    expect(['0', '3000', '65535'].map(portNumber(0))).toEqual([0, 3000, 65_535]);
  });

  it.each(['65536', '99999', '-1', 'http'])("refuses '%s'", (text) => {
    expect(() => portNumber(0)(text)).toThrow(InvalidArgumentError);
    expect(() => portNumber(1)('0')).toThrow(InvalidArgumentError);
  });
});

describe('selectionFromFlags', () => {
  const flags = { batchSize: 50, order: 'size' } as const;

  it('takes the cap of the campaign unless the flag is given', () => {
    expect(selectionFromFlags(flags, 3)).toEqual({
      batchSize: 50,
      order: 'size',
      ids: null,
      minAtoms: null,
      maxAtoms: null,
      maxFailCount: 3,
    });
    expect(selectionFromFlags({ ...flags, maxFailCount: 1 }, 3).maxFailCount).toBe(1);
    expect(selectionFromFlags(flags, null).maxFailCount).toBeNull();
  });

  it.each([
    [{ order: 'id' }, 'small', 10],
    [{ order: 'id' }, 'all', Number.MAX_SAFE_INTEGER],
    [{ order: 'id', batchSize: 3 }, 'all', 3],
    [
      {
        order: 'id',
        ids: [
          { from: 1, to: 24 },
          { from: 30, to: 30 },
        ],
      },
      'small',
      25,
    ],
    [{ order: 'id', batchSize: 3, ids: [{ from: 1, to: 24 }] }, 'small', 3],
  ] as const)('takes of %j with a %s batch at most %i records', (given, batch, size) => {
    expect(selectionFromFlags(given, null, batch).batchSize).toBe(size);
  });
});

describe('recipeFromFlags', () => {
  it('gives the flags the names of the recipe options, and leaves out what was not given', () => {
    const options = recipeFromFlags({
      simpleInput: 'omol',
      functional: 'PBE0',
      scfMaxiter: 500,
      ksMethod: 'uks',
      actinideEcp: 'none',
      optimizer: 'orca',
      optLevel: 'tight',
      nbo: true,
      batchSize: 3,
    });
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    expect(parseRecipeOptions(given)).toMatchObject({
      recipe: 'omol',
      functional: 'PBE0',
      scfMaxIterations: 500,
      ksMethod: 'uks',
      actinideEcp: null,
      optimizer: 'orca',
      optLevel: 'tight',
      nbo: true,
      mbis: false,
    });
  });
});
