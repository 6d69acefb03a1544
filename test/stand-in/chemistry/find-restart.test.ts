import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { finalEnergy, makeJobDirectory, runStandIn, scfCycles } from '../run-stand-in.ts';
import { aGradientInput, aWaterInput } from '../sample-inputs.ts';

const restartInput = aGradientInput({ words: 'EnGrad MORead', blocks: '%moinp "old.gbw"' });

/** A job directory with `old.gbw` of a finished NpF3 run, and that run's SCF iterations. */
async function aFinishedRun(): Promise<{ directory: string; cycles: number; energy: string | undefined }> {
  const { directory, out } = await runStandIn();
  copyFileSync(path.join(directory, 'orca.gbw'), path.join(directory, 'old.gbw'));
  return { directory, cycles: scfCycles(out)[0] ?? 0, energy: finalEnergy(out) };
}

describe('orbitals of an earlier run', () => {
  test('leave 30 % of the iterations to MORead, and the same energy', async () => {
    const { directory, cycles, energy } = await aFinishedRun();
    const { out } = await runStandIn({ directory, input: restartInput });
    expect(out).toContain('Guess MOs are being read from file: old.gbw');
    expect(scfCycles(out)).toEqual([Math.ceil(0.3 * cycles)]);
    expect(finalEnergy(out)).toBe(energy);
    expect(out).not.toContain('orca_atom93.out');
  });

  test('are taken by AutoStart for single points, not for optimisations', async () => {
    const { directory, cycles } = await aFinishedRun();
    const again = await runStandIn({ directory });
    expect(again.out).toContain('Checking for AutoStart:');
    expect(again.out).toContain('GBW file was renamed to GES file');
    expect(scfCycles(again.out)).toEqual([Math.ceil(0.3 * cycles)]);
    const optimization = await runStandIn({ directory, input: aGradientInput({ words: 'Opt' }) });
    expect(optimization.out).toContain('Switching off AutoStart');
    expect(scfCycles(optimization.out)[0]).toBe(cycles);
  });

  test.each([
    ['without orbitals', (bytes: Buffer) => bytes.fill(0, 24, 32), 'no orbitals found in the .gbw'],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 8400), 'GBWFile is either corrupt'],
  ])('are refused when the file is %s', async (_, spoil, words) => {
    const { directory } = await aFinishedRun();
    const file = path.join(directory, 'old.gbw');
    writeFileSync(file, spoil(readFileSync(file)));
    const run = await runStandIn({ directory, input: restartInput });
    expect(run.code).toBe(0);
    expect(run.out).toContain(words);
    expect(run.out).toContain('ORCA finished by error termination in GUESS');
  });

  test('are refused when they are of another molecule', async () => {
    const { directory } = await aFinishedRun();
    const run = await runStandIn({
      directory,
      input: aWaterInput({ words: 'MORead', blocks: '%moinp "old.gbw"' }),
    });
    expect(run.out).toContain('Input geometry does not match current geometry');
  });

  test.each([
    ['a missing file', '%moinp "gone.gbw"', 'CANNOT OPEN FILE: gone.gbw'],
    ["the run's own file", '%moinp "orca.gbw"', "%moinp names the run's own orbital file"],
  ])('may not be %s', async (_, blocks, words) => {
    const run = await runStandIn({ input: aGradientInput({ words: 'EnGrad MORead', blocks }) });
    expect(run.code).toBe(126);
    expect(run.out).toContain(words);
  });

  test('are stored at each iteration: a killed run leaves a usable file', async () => {
    const killed = await runStandIn({ env: { OACT_STANDIN_FAIL: 'killed_midrun' } });
    copyFileSync(path.join(killed.directory, 'orca.gbw'), path.join(killed.directory, 'old.gbw'));
    const { out } = await runStandIn({ directory: killed.directory, input: restartInput });
    expect(out).toContain('****ORCA TERMINATED NORMALLY****');
  });

  test('have a Hessian beside them only if its file is there', async () => {
    const input = aGradientInput({ words: 'Opt', blocks: '%geom InHess Read InHessName "old.opt" end' });
    const directory = makeJobDirectory();
    const without = await runStandIn({ directory, input });
    expect(without.out).toContain('CANNOT OPEN FILE: old.opt');
    copyFileSync(path.join(directory, 'orca.inp'), path.join(directory, 'old.opt'));
    const withFile = await runStandIn({ directory, input });
    expect(withFile.code).toBe(0);
  });
});
