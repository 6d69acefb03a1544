import { describe, expect, test } from 'vitest';
import {
  classesInRun,
  classesInStep,
  converged,
  cycle,
  endMarker,
  footer,
  head,
  modules,
  readLines,
  readText,
} from '../an-output.ts';

describe('the reader', () => {
  test('takes all facts of a gradient run', () => {
    const facts = readLines(head(), modules(8), converged, endMarker);
    expect(facts).toMatchObject({
      version: '6.1.0',
      engine: null,
      inputName: 'orca.inp',
      runBanner: 'Energy+Gradient Calculation',
      ranks: 8,
      finalEnergyHartree: -814.123456789012,
      energyNote: '',
      maxGradientHartreePerBohr: 0.0125,
      scfCycles: 17,
      lastScf: 'converged',
      optimizationCycles: null,
      sumOfTimesSeconds: 12.475,
      totalRunTimeSeconds: 62.03,
      endedNormally: true,
    });
  });

  test('adds up SCF cycles and keeps the last energy of an optimisation', () => {
    const last = ['SCF CONVERGED AFTER   3 CYCLES', 'FINAL SINGLE POINT ENERGY      -815.0'];
    const facts = readLines(head('Geometry Optimization Run'), cycle(1), converged, cycle(2), last);
    expect(facts).toMatchObject({ scfCycles: 20, finalEnergyHartree: -815, optimizationCycles: 2 });
    expect(facts.optimization).toBe('running');
  });

  test('does not take the convergence table for the Cartesian gradient', () => {
    const row = '          MAX gradient        0.0000183573            0.0003000000      YES';
    expect(readLines(head(), converged, row).maxGradientHartreePerBohr).toBe(0.0125);
  });

  test.each(['nan', '-nan', 'inf', '*********'])('does not keep the energy before a %s', (energy) => {
    expect(
      readLines(head(), converged, `FINAL SINGLE POINT ENERGY   ${energy}`).finalEnergyHartree,
    ).toBeNull();
  });

  test('reads the ranks from the echo when no module has started', () => {
    expect(readLines(head(undefined, ['# nprocs 64', '%pal', ' nprocs 16', 'end'])).ranks).toBe(16);
  });

  test('forgets all that stands before the last banner', () => {
    const old = [head('Geometry Optimization Run'), cycle(3), converged, endMarker].flat();
    const facts = readLines(old, head(), modules());
    expect(facts).toMatchObject({ endedNormally: false, finalEnergyHartree: null, optimizationCycles: null });
    expect(facts.runBanner).toBe('Energy+Gradient Calculation');
  });

  test('forgets a failure that a later cycle overcame, for the step but not for the run', () => {
    const facts = readLines(head(), cycle(3), 'SCF NOT CONVERGED AFTER 125 CYCLES', cycle(4), footer);
    expect(classesInStep(facts)).toEqual(['crash_module']);
    expect(classesInRun(facts).toSorted()).toEqual(['crash_module', 'scf_not_converged']);
  });

  test('without any step only the last 16 kB explain the end', () => {
    const padding = Array.from({ length: 300 }, () => 'x'.repeat(80));
    const facts = readLines(head(), 'SCF NOT CONVERGED AFTER 125 CYCLES', padding, footer);
    expect(classesInStep(facts)).toEqual(['crash_module']);
  });

  test('takes a complaint after which ORCA goes on for no death', () => {
    const complaint = 'The lambda equations have not converged';
    const rest = Array.from({ length: 100 }, () => 'x'.repeat(80));
    expect(classesInStep(readLines(head(), cycle(3), complaint, rest))).toEqual([]);
    const again = readLines(head(), cycle(3), complaint, rest, complaint);
    expect(classesInStep(again)).toEqual(['opt_step_failed']);
    const dead = readLines(head(), cycle(3), complaint, rest, footer);
    expect(classesInStep(dead)).toEqual(['opt_step_failed', 'crash_module']);
  });

  test('does not take words of the echoed input for messages', () => {
    const facts = readLines(head(undefined, ['# oact stand-in: not enough memory available!', '! HF']));
    expect(facts).toMatchObject({ engine: null, hits: [] });
  });

  test('knows the stand-in by its banner', () => {
    expect(readLines('   This is the OACT stand-in, not ORCA.', '').engine).toBe('stand-in');
  });
});

describe('the reader bears', () => {
  const text = [...head(), modules(), ...converged, ...endMarker, ''].join('\n');
  const facts = readText(text);

  test.each([1, 2, 3, 5, 17, 64, 1000])('chunks of %i bytes', (size) => {
    expect(readText(text, size)).toEqual(facts);
  });

  test('CRLF', () => {
    expect({ ...readText(text.replaceAll('\n', '\r\n')), bytes: facts.bytes }).toEqual(facts);
  });

  test('bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from(text),
      Buffer.from([0xe4, 0x0a]),
    ]);
    expect(readText(bytes)).toMatchObject({ finalEnergyHartree: -814.123456789012, endedNormally: true });
  });

  test.each([1, 3, 4, 1000])('UTF-16 of both byte orders, in chunks of %i bytes', (size) => {
    const little = Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big]) {
      expect({ ...readText(bytes, size), bytes: facts.bytes }).toEqual(facts);
    }
  });

  test('a line of 20 MB', () => {
    const long = Buffer.alloc(20 * 1024 * 1024, 'std::bad_alloc ');
    const read = readText(Buffer.concat([long, Buffer.from(`\n${text}`)]), 65_536);
    expect(read).toMatchObject({ endedNormally: true, hits: [] });
  });

  test('a number that the end of the file cuts: it is not taken', () => {
    const cut = text.slice(0, text.indexOf('-814.123456789012') + 6);
    expect(readText(cut).finalEnergyHartree).toBeNull();
  });

  test('a last line without line end: the end marker still counts', () => {
    expect(readText(text.trimEnd())).toMatchObject({ endedNormally: true, totalRunTimeSeconds: 62.03 });
  });

  test('nothing at all', () => {
    expect(readText('')).toMatchObject({ bytes: 0, version: null, lastLines: [] });
  });
});
