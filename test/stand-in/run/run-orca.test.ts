import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { finalEnergy, runStandIn, scfCycles } from '../run-stand-in.ts';
import { aGradientInput, aWaterInput } from '../sample-inputs.ts';

describe('a gradient run', () => {
  test("prints what campaigns read, in ORCA's order", async () => {
    const { code, out, err } = await runStandIn();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const marks = [
      '* O   R   C   A *',
      'This is the oact stand-in',
      'Program Version 6.1.0  -  RELEASE',
      '* Starting time:',
      '* Working dir.:',
      'WILL SWITCH to UHF/UKS',
      'NAME = orca.inp',
      '|  1> ! wB97M-V',
      '****END OF INPUT****',
      '* Energy+Gradient Calculation *',
      'CARTESIAN COORDINATES (ANGSTROEM)',
      'ORCA STARTUP CALCULATIONS',
      'Number of Electrons    NEL             ....   60',
      'orca_atom93.out',
      'ORCA LEAN-SCF',
      'Iteration    Energy (Eh)',
      'SCF CONVERGED AFTER',
      'TOTAL SCF ENERGY',
      'Expectation value of <S**2>',
      'MULLIKEN ATOMIC CHARGES AND SPIN POPULATIONS',
      'FINAL SINGLE POINT ENERGY',
      'CARTESIAN GRADIENT',
      'Norm of the Cartesian gradient',
      'RMS gradient',
      'MAX gradient',
      'Timings for individual modules:',
      'Sum of individual times',
      '****ORCA TERMINATED NORMALLY****',
      'TOTAL RUN TIME: 0 days 0 hours 0 minutes 0 seconds',
    ];
    const places = marks.map((mark) => out.indexOf(mark));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(out).not.toContain('Program running with');
  });

  test('leaves its files and no scratch', async () => {
    const { directory, out, read } = await runStandIn();
    const names = readdirSync(directory);
    expect(names).toEqual(
      expect.arrayContaining([
        'orca.bibtex',
        'orca.densities',
        'orca.engrad',
        'orca.gbw',
        'orca.property.txt',
        'orca.standin-ranks.jsonl',
        'orca.xyz',
        'orca_atom93.out',
      ]),
    );
    expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const energy = finalEnergy(out);
    expect(read('orca.xyz').split('\n')[1]).toBe(`Coordinates from ORCA-job orca E ${energy}`);
    expect(read('orca.engrad')).toContain(`${energy}\n`);
    expect(read('orca.property.txt')).toContain('&Status [&Type "String"] "NORMAL TERMINATION"');
    expect(read('orca_atom93.out')).toContain('****ORCA TERMINATED NORMALLY****');
  });

  test('reports the same largest gradient in its table and in the engrad file', async () => {
    const { out, read } = await runStandIn();
    const components = read('orca.engrad')
      .split('\n')
      .slice(11, 23)
      .map((line) => Math.abs(Number(line)));
    const printed = Number(/^MAX gradient +\.\.\. +(\S+)/m.exec(out)?.[1]);
    expect(printed).toBeCloseTo(Math.max(...components), 9);
  });

  test('marks its orbital file as ORCA does: 40, then offsets inside the file', async () => {
    const { read } = await runStandIn();
    const bytes = Buffer.from(read('orca.gbw'), 'latin1');
    const offsets = [0, 1, 2, 3, 4].map((index) => Number(bytes.readBigInt64LE(8 * index)));
    expect(offsets[0]).toBe(40);
    expect(offsets.every((offset) => offset > 0 && offset < bytes.length)).toBe(true);
  });

  test('gives the same energy to 12 digits again, whatever the ranks', async () => {
    const [first, second] = await Promise.all([
      runStandIn(),
      runStandIn({ input: aGradientInput({ processCount: 2 }) }),
    ]);
    expect(finalEnergy(first.out)).toMatch(/^-\d+\.\d{12}$/);
    expect(finalEnergy(second.out)).toBe(finalEnergy(first.out));
    expect(second.out).toContain('Program running with 2 parallel MPI-processes');
  });
});

describe('an optimisation run', () => {
  test('shows its cycles, converges, and evaluates the energy once more', async () => {
    const { out, read } = await runStandIn({ input: aGradientInput({ words: 'Opt' }) });
    const cycles = out.match(/GEOMETRY OPTIMIZATION CYCLE +\d+/g)?.length ?? 0;
    expect(out).toContain('* Geometry Optimization Run *');
    expect(out).toMatch(/ {2}Energy change +-?\d\.\d{10} +0\.0000050000 +(YES|NO)/);
    expect(out).toContain('***        THE OPTIMIZATION HAS CONVERGED     ***');
    expect(out).toMatch(
      new RegExp(`FINAL ENERGY EVALUATION AT THE STATIONARY POINT.*\\n.*AFTER +${cycles} CYCLES`),
    );
    expect(out).toContain('*** OPTIMIZATION RUN DONE ***');
    expect(scfCycles(out)).toHaveLength(cycles + 1);
    expect(read('orca_trj.xyz').match(/^Coordinates from ORCA-job orca E/gm)).toHaveLength(cycles);
    expect(read('orca.opt')).toContain('$hessian_approx');
  });

  test('goes on from the last geometry', async () => {
    const first = await runStandIn({
      input: aGradientInput({ words: 'Opt', blocks: '%geom MaxIter 2 end' }),
    });
    expect(first.out).toContain('The optimization did not converge but reached the maximum');
    const rest = first.read('orca.xyz').split('\n').slice(2, 6).join('\n');
    const second = await runStandIn({ input: aGradientInput({ words: 'Opt', atoms: rest }) });
    expect(Number(finalEnergy(second.out))).toBeLessThan(Number(finalEnergy(first.out)));
    const [, lastOfFirst] = [...first.out.matchAll(/FINAL SINGLE POINT ENERGY +(\S+)/g)].map(
      (match) => match[1],
    );
    const [firstOfSecond] = [...second.out.matchAll(/FINAL SINGLE POINT ENERGY +(\S+)/g)].map(
      (match) => match[1],
    );
    expect(firstOfSecond).toBe(lastOfFirst);
  });
});

test('a single point of a closed shell has neither gradient nor spin', async () => {
  const { out, read } = await runStandIn({ input: aWaterInput() });
  expect(out).toContain('* Single Point Calculation *');
  expect(out).toContain('\nMULLIKEN ATOMIC CHARGES\n');
  expect(out).not.toMatch(/CARTESIAN GRADIENT|<S\*\*2>/);
  expect(() => read('orca.engrad')).toThrow('ENOENT');
});

test('the version and the wall time are for the caller to choose', async () => {
  const startedAt = performance.now();
  const { out } = await runStandIn({
    env: { OACT_STANDIN_VERSION: '6.0.1', OACT_STANDIN_SECONDS: '0.6-0.8' },
  });
  expect(performance.now() - startedAt).toBeGreaterThan(600);
  expect(out).toContain('Program Version 6.0.1 ');
  expect(Number(/Sum of individual times +\.\.\. +(\S+) sec/.exec(out)?.[1])).toBeGreaterThan(0.59);
});
