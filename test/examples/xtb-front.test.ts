import { describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { runFront } from './run-front.ts';

const water = (words: string): string => `! ${words}\n*xyz 0 1\nO 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59\n*\n`;

describe.skipIf(!hasPrograms('xtb'))('xtb in ORCA’s place', () => {
  it('computes energy and gradient', async () => {
    const { outcome, metrics, front } = await runFront('xtb', water('wB97M-V EnGrad'));
    expect(outcome).toEqual({ kind: 'completed' });
    expect(metrics.program).toMatch(/^xtb 6\./);
    expect(metrics.warnings[0]).toMatch(/^engine: computed by xtb \S+ \(GFN2-xTB\), not by ORCA/);
    expect(metrics.finalEnergyHartree).toBeCloseTo(-5.070366, 5);
    expect(metrics.maxGradientHartreePerBohr).toBeCloseTo(0.00763, 5);
    expect(front.read('orca.engrad')).toContain('-5.07036');
  });

  it('says in ORCA’s words that the charges have not converged', async () => {
    const { outcome } = await runFront('xtb', water('EnGrad\n%scf maxiter 2 end'));
    expect(outcome).toMatchObject({ kind: 'failed', class: 'scf_not_converged' });
  });

  it.each([
    [
      'actinides',
      '! EnGrad\n*xyz 2 1\nO 0 0 -1.7\nU 0 0 0\nO 0 0 1.7\n*\n',
      'input_basis',
      /atom number 1 \(U/,
    ],
    ['an optimisation', water('Opt'), 'input_keyword', /KEYWORD.* OPT$/],
  ])('refuses %s', async (_what, input, failureClass, reason) => {
    const { outcome, code } = await runFront('xtb', input);
    expect(code).toBe(126);
    expect(outcome).toMatchObject({ class: failureClass, reason: expect.stringMatching(reason) });
  });
});
