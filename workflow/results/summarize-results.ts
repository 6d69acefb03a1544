import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** The spread of one column over the completed records that have it. */
export type Spread = { count: number; mean: number; median: number; min: number; max: number; sum: number };

/** What the existing dashboard shows with --show-metrics; null: no completed record has it. */
export type ResultSummary = {
  finalEnergyHartree: Spread | null;
  /** Largest component of the gradient. */
  maxGradientHartreePerBohr: Spread | null;
  scfCycles: Spread | null;
  /** ORCA's own timing sum. */
  wallTimeSeconds: Spread | null;
  cores: Spread | null;
  /** Of the records with wall time and cores. */
  coreHours: number;
  /** Completed records without an energy: oact recover looks for it. */
  withoutEnergy: number;
};

type Row = {
  energy: number | null;
  gradient: number | null;
  cycles: number | null;
  seconds: number | null;
  cores: number | null;
};

/** Statistics over the completed records. Reads each of them once. */
export function summarizeResults(workflow: Workflow): ResultSummary {
  const select = workflow.db.prepare<[], Row>(`
    select final_energy as energy, max_forces as gradient, scf_steps as cycles, wall_time as seconds, n_cores as cores
    from structures where status = 'completed'`);
  return withRetry(workflow, () => {
    const columns = new Map<keyof Row, number[]>();
    let coreSeconds = 0;
    let withoutEnergy = 0;
    for (const row of select.iterate()) {
      if (row.energy === null) withoutEnergy += 1;
      coreSeconds += (row.seconds ?? 0) * (row.cores ?? 0);
      for (const name of ['energy', 'gradient', 'cycles', 'seconds', 'cores'] as const) {
        const values = columns.get(name) ?? [];
        if (row[name] !== null) values.push(row[name]);
        columns.set(name, values);
      }
    }
    const of = (name: keyof Row): Spread | null => spreadOf(columns.get(name) ?? []);
    return {
      finalEnergyHartree: of('energy'),
      maxGradientHartreePerBohr: of('gradient'),
      scfCycles: of('cycles'),
      wallTimeSeconds: of('seconds'),
      cores: of('cores'),
      coreHours: coreSeconds / 3600,
      withoutEnergy,
    };
  });
}

/** null: there are none. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const count = sorted.length;
  const sum = sorted.reduce((total, value) => total + value, 0);
  const middle = Math.floor(count / 2);
  const upper = sorted[middle] ?? NaN;
  const median = count % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return { count, mean: sum / count, median, min: sorted[0] ?? NaN, max: sorted[count - 1] ?? NaN, sum };
}
