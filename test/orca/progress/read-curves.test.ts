import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCurveFollower } from '../../../orca/progress/read-curves.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { standInPath } from '../../support/run-oact.ts';

const scfTable = (energies: number[]): string =>
  [
    '                                   SCF ITERATIONS',
    'ITER       Energy         Delta-E        Max-DP      RMS-DP      [F,P]     Damp',
    ...energies.map(
      (energy, index) =>
        `  ${index}   ${energy.toFixed(10)}   ${(index === 0 ? 0 : energy - (energies[index - 1] ?? 0)).toFixed(12)}  0.01 0.001 0.01 0.70`,
    ),
    `               *           SCF CONVERGED AFTER  ${energies.length} CYCLES          *`,
    '',
  ].join('\n');

describe('the curves of a run', () => {
  it('have a point for each iteration, however the output is cut', () => {
    const text = Buffer.from(scfTable([-10, -11, -11.5, -11.51]));
    for (const size of [1, 7, 64, text.length]) {
      const follower = createCurveFollower();
      for (let at = 0; at < text.length; at += size) follower.push(text.subarray(at, at + size));
      const { scf } = follower.read();
      expect(scf.map(({ energyHartree }) => energyHartree)).toEqual(
        [-10, -11, -11.5, -11.51].slice(4 - scf.length),
      );
      expect(scf.at(-1)?.changeHartree).toBeCloseTo(-0.01, 8);
    }
  });

  it('are bounded', () => {
    const follower = createCurveFollower();
    for (let run = 0; run < 50; run += 1)
      follower.push(Buffer.from(scfTable(Array.from({ length: 100 }, (_, index) => -10 - index / 100))));
    expect(follower.read().scf).toHaveLength(2000);
  });

  it('tell the energies and gradients of an optimization', () => {
    const campaign = makeCampaignDir();
    const { dir } = campaign;
    writeFileSync(
      join(dir, 'orca.inp'),
      '! PBE def2-SVP Opt\n* xyz 0 1\nO 0 0 0\nH 0 0.8 0.5\nH 0 -0.8 0.5\n*\n',
    );
    const text = execFileSync(standInPath, ['orca.inp'], {
      cwd: dir,
      env: { ...process.env, OACT_STANDIN_SECONDS: '0' },
    });
    campaign.remove();
    const follower = createCurveFollower();
    follower.push(text);
    const { optimization } = follower.read();
    const finals = [...text.toString().matchAll(/^FINAL SINGLE POINT ENERGY\s+(\S+)/gm)].map(([, energy]) =>
      Number(energy),
    );
    expect(optimization.length).toBeGreaterThan(1);
    expect(optimization.map(({ cycle }) => cycle)).toEqual(optimization.map((_, index) => index + 1));
    expect(optimization.map(({ energyHartree }) => energyHartree)).toEqual(
      finals.slice(0, optimization.length),
    );
    const gradients = optimization.map(({ maxGradient }) => maxGradient ?? Infinity);
    expect(gradients.at(-1)).toBeLessThan(gradients[0] ?? 0);
    expect(optimization.at(-1)?.maxGradientTarget).toBeCloseTo(3e-4, 6);
  });
});
