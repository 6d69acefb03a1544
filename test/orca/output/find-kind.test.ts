import { expect, test } from 'vitest';
import { findKind, isPlainOptimization } from '../../../orca/output/find-kind.ts';

const no = { names: new Set<string>(), hasScan: false, runType: undefined };

test.each([
  ['wB97M-V def2-TZVPD', 'sp'],
  ['SP HF def2-SVP', 'sp'],
  ['wB97M-V EnGrad', 'grad'],
  ['revDSD-PBEP86-D4/2021 NumGrad EnGrad', 'grad'],
  ['PBE Opt', 'opt'],
  ['PBE TightOpt', 'opt'],
  ['PBE COpt', 'opt'],
  ['PBE L-OPTH', 'opt'],
  ['XTB2 CI-OPT', 'opt'],
  ['OPT FREQ engrad', 'opt+freq+grad'],
  ['TightOpt AnFreq', 'opt+freq'],
  ['RHF OPT NUMFREQ', 'opt+numfreq'],
  ['M062X OptTS Freq', 'ts-opt+freq'],
  ['tightopt OptTS', 'ts-opt+opt'],
  ['r2SCAN-3c ScanTS', 'ts-opt'],
  ['uHF b3lyp NEB-TS', 'neb'],
  ['XTB ZOOM-NEB-CI', 'neb'],
  ['GOAT XTB', 'goat'],
  ['BP86 IRC', 'irc'],
  ['MD BP86', 'md'],
])('%s is %s', (keywords, kind) => {
  expect(findKind(keywords.toLowerCase().split(' '), no)).toBe(kind);
});

test('a scan and a script are set up in blocks', () => {
  expect(findKind(['opt'], { ...no, hasScan: true })).toBe('opt+scan');
  expect(findKind(['hf'], { ...no, hasScan: true })).toBe('scan');
  expect(findKind([], { ...no, names: new Set(['compound']) })).toBe('compound');
});

test.each([
  ['opt', true],
  ['opt+freq+grad', true],
  ['ts-opt+numfreq', true],
  ['opt+scan', false],
  ['goat', false],
  ['neb', false],
  ['opt+compound', false],
  ['sp', false],
  ['freq', false],
])('%s is one optimisation: %s', (kind, isOne) => {
  expect(isPlainOptimization(kind)).toBe(isOne);
});
