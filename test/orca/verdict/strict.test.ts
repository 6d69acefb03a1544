import { describe, expect, test } from 'vitest';
import type { WarningKey } from '../../../core/job/warning.ts';
import { judge, type Verdict } from '../../../orca/verdict/judge.ts';
import { converged, endMarker, footer, head, modules, readLines } from '../an-output.ts';

const good = [...head(), modules(), ...converged, ...endMarker];

describe('strict', () => {
  const unstable = [
    ...good.slice(0, -3),
    '**** THE STABILITY ANALYSIS INDICATES THAT THE WAVEFUNCTION IS UNSTABLE ****',
    ...endMarker,
  ];
  const spin = { light: 0.1, heavy: 0.3 };
  const judged = (lines: string[], strict: WarningKey[]): Verdict =>
    judge({
      output: readLines(lines),
      stderr: '',
      runType: 'gradient',
      exitCode: 0,
      signal: null,
      rules: { spin, strict },
    });

  test('fails a result with a warning that it names, and no other', () => {
    expect(judged(unstable, ['unstable']).outcome).toEqual({
      kind: 'failed',
      class: 'doubtful_result',
      reason: 'unstable: the wave function is unstable: another one has a lower energy',
      retryable: false,
    });
    expect(judged(unstable, ['spin']).outcome).toEqual({ kind: 'completed' });
    expect(judged(good, ['unstable']).outcome).toEqual({ kind: 'completed' });
  });

  test('keeps what was computed, and the class of a failure', () => {
    expect(judged(unstable, ['unstable']).metrics.finalEnergyHartree).toBe(-814.123456789012);
    const died = [...unstable.slice(0, -3), ...footer];
    expect(judged(died, ['unstable']).outcome).toMatchObject({ class: 'crash_module' });
  });

  test('<S**2> may be as far off as the settings say', () => {
    const lines = [...good];
    lines.splice(
      -3,
      0,
      'Expectation value of <S**2>     :     2.180000',
      'Deviation                       :     0.180000',
    );
    const warnings = (light: number): string[] =>
      judge({
        output: readLines(lines),
        stderr: '',
        runType: 'gradient',
        exitCode: 0,
        signal: null,
        rules: { spin: { ...spin, light }, strict: [] },
      }).metrics.warnings;
    expect(warnings(0.1)).toEqual([
      'spin: <S**2> is 2.18 and deviates by 0.18 from its ideal value, more than 0.1',
    ]);
    expect(warnings(0.2)).toEqual([]);
  });
});
