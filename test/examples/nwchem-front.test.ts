import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listSession } from '../../consumer/process/list-session.ts';
import { judgeProbe } from '../../consumer/fitness/judge-node.ts';
import { probeOrca } from '../../consumer/fitness/probe-orca.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { frontPath, runFront, startFront } from './run-front.ts';

/** One rank: ranks of Open MPI that wait for each other keep a core busy. */
const water = (words: string): string => `! ${words}\n*xyz 0 1\nO 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59\n*\n`;

/** Half a minute's work. */
const uranyl =
  '! HF EnGrad\n%pal nprocs 2 end\n%maxcore 600\n*xyz 2 1\nU 0 0 0\nO 0 0 1.76\nO 0 0 -1.76\n*\n';

describe.skipIf(!hasPrograms('nwchem', 'mpirun'))('NWChem in ORCA’s place', { timeout: 60_000 }, () => {
  it('finds a minimum, and leaves what a restart would go on from', async () => {
    const { outcome, metrics, front, code } = await runFront('nwchem', water('HF Opt'), {
      runType: 'optimization',
    });
    expect({ outcome, code }).toEqual({ outcome: { kind: 'completed' }, code: 0 });
    expect(metrics).toMatchObject({ ranks: 1, optimizationConverged: true });
    expect(metrics.program).toMatch(/^nwchem \d/);
    expect(metrics.finalEnergyHartree).toBeCloseTo(-76.407025, 5);
    expect(metrics.maxGradientHartreePerBohr).toBeLessThan(4.5e-4);
    expect(front.read('nwchem.log')).toMatch(/nproc += +1\n/);
    expect(front.read('orca_trj.xyz').match(/Coordinates/g)).toHaveLength(metrics.optimizationCycles ?? 0);
    expect(front.read('orca.engrad')).toContain('-76.40702');
    expect(readdirSync(front.scratch)).toEqual([]);
  });

  it('says in ORCA’s words that an SCF has not converged', async () => {
    const { outcome, metrics, code } = await runFront('nwchem', water('HF EnGrad\n%scf maxiter 3 end'));
    expect(code).toBe(1);
    expect(outcome).toEqual({
      kind: 'failed',
      class: 'scf_not_converged',
      reason: 'SCF NOT CONVERGED AFTER 3 CYCLES',
      retryable: true,
    });
    expect(metrics.finalEnergyHartree).toBeNull();
    expect(metrics.program).toMatch(/^nwchem \d/);
  });

  it('asks for memory as ORCA does', async () => {
    const { outcome } = await runFront('nwchem', water('HF EnGrad\n%maxcore 8'));
    expect(outcome).toMatchObject({ kind: 'failed', class: 'memory_maxcore' });
  });

  it('refuses an element without a basis before anything is computed', async () => {
    const { outcome, code, front } = await runFront('nwchem', '! HF EnGrad\n*xyz 1 1\nFr 0 0 0\n*\n');
    expect({ outcome, code }).toMatchObject({ outcome: { kind: 'failed', class: 'input_basis' }, code: 126 });
    expect(readdirSync(front.dir)).not.toContain('nwchem.nw');
  });

  it('ends with all its ranks, and without a word, when it is told to', async () => {
    const front = startFront('nwchem', uranyl);
    const session = front.child.pid ?? 0;
    await vi.waitFor(() => expect(front.read('orca.out')).toContain('2 parallel MPI-processes'), {
      timeout: 30_000,
    });
    expect(listSession(session).length).toBeGreaterThanOrEqual(4);
    // The front alone, as a person would do it.
    process.kill(session, 'SIGTERM');
    expect(await front.ended).toEqual({ code: null, signal: 'SIGTERM' });
    await vi.waitFor(() => expect(listSession(session)).toEqual([]), { timeout: 10_000 });
    expect(front.read('orca.out')).not.toMatch(/TERMINATED NORMALLY|error termination/);
    expect(readdirSync(front.scratch).filter((name) => name.startsWith('nwchem-'))).toEqual([]);
  });

  it('passes the check of a node', async () => {
    const end = await probeOrca(frontPath('nwchem'), 10_000, new AbortController().signal);
    expect(judgeProbe('orca', end)).toEqual({ kind: 'fit' });
  });
});

describe('where NWChem is missing', () => {
  it('the fault is the node’s', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'oact-bin-'));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    symlinkSync(process.execPath, join(bin, 'node'));
    symlinkSync('/usr/bin/env', join(bin, 'env'));
    const { outcome, code } = await runFront('nwchem', water('HF EnGrad'), { env: { PATH: bin } });
    expect({ outcome, code }).toMatchObject({ outcome: { kind: 'failed', class: 'env_missing' }, code: 127 });
  });
});
