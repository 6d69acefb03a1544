import type { RunRow } from '../../../workflow/reports/list-runs.ts';

export const t0 = Date.parse('2026-03-01T00:00:00.000Z');
export const at = (minutes: number): Date => new Date(t0 + minutes * 60_000);

/** A run of a minute. */
export function aRun(recordId: number, more: Partial<RunRow> = {}): RunRow {
  return {
    recordId,
    attempt: 1,
    name: null,
    outcome: 'completed',
    class: null,
    node: 'n1',
    slot: 0,
    cores: 8,
    startedAt: at(0).toISOString(),
    endedAt: at(1).toISOString(),
    elapsedSeconds: 60,
    energyHartree: -100,
    maxGradient: 1e-4,
    atomCount: 3,
    elements: 'U;O;O',
    charge: 2,
    ...more,
  };
}
