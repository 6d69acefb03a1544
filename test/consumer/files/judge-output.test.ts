import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeOutput } from '../../../consumer/files/judge-output.ts';
import { converged, endMarker, footer, head } from '../../orca/an-output.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

function aFile(name: string, lines: string[]): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const { dir } = campaign;
  const text = Buffer.from(`${lines.join('\n')}\n`);
  writeFileSync(join(dir, name), name.endsWith('.gz') ? gzipSync(text) : text);
  return join(dir, name);
}

const good = [...head(), ...converged, ...endMarker];
const notConverged = '               SCF NOT CONVERGED AFTER 125 CYCLES';

describe('judgeOutput', () => {
  it.each(['orca.out', 'orca.out.gz'])('finds energy, gradient and the end in %s', async (name) => {
    expect(await judgeOutput(aFile(name, good))).toMatchObject({
      kind: 'ended',
      outcome: { kind: 'completed' },
      metrics: { finalEnergyHartree: -814.123456789012, maxGradientHartreePerBohr: 0.0125, scfCycles: 17 },
    });
  });

  it.each(['Single Point Calculation', 'Energy+Gradient Calculation'])(
    'asks of a %s what ORCA itself names',
    async (banner) => {
      const path = aFile('orca.out', [...head(banner), ...converged, ...endMarker]);
      expect(await judgeOutput(path)).toMatchObject({ outcome: { kind: 'completed' } });
    },
  );

  it('is not content with an optimization that did not converge, although ORCA ended normally', async () => {
    const path = aFile('orca.out', [...head('Geometry Optimization Run'), ...converged, ...endMarker]);
    expect(await judgeOutput(path)).toMatchObject({ kind: 'ended', outcome: { kind: 'failed' } });
  });

  it('knows a failure by its last lines', async () => {
    expect(await judgeOutput(aFile('orca.out', [...head(), notConverged, ...footer]))).toMatchObject({
      kind: 'ended',
      outcome: { kind: 'failed', class: 'scf_not_converged' },
    });
  });

  it('says nothing about a run without an end, whatever was complained about on the way', async () => {
    const path = aFile('orca.out', [...head(), notConverged, ...converged]);
    expect(await judgeOutput(path)).toEqual({ kind: 'unfinished' });
  });

  it.each([
    ['empty', []],
    ['of a scheduler', ['slurmstepd: Error: JOB 17 CANCELLED DUE TO TIME LIMIT']],
  ])('takes a file that is %s for no output of ORCA', async (_, lines) => {
    expect(await judgeOutput(aFile('slurm.out', lines))).toEqual({ kind: 'not_orca' });
  });

  it('throws for a spoilt archive', async () => {
    const path = aFile('orca.out', good);
    writeFileSync(`${path}.gz`, 'no gzip');
    await expect(judgeOutput(`${path}.gz`)).rejects.toThrow(/incorrect header/);
  });
});
