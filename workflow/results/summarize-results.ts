import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import type { RecordResults } from './result-columns.ts';
import { selectOfRecord } from './result-sql.ts';

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

const summarized = ['finalEnergyHartree', 'maxForces', 'scfCycles', 'wallTimeSeconds', 'ranks'] as const;

/** Records of one statement: it keeps writers out for some ten ms. */
const pageRows = 2000;

/** Statistics over the completed records. Reads each of them once, page by page. */
export function summarizeResults(workflow: Workflow): ResultSummary {
  const columns = new Map<keyof RecordResults, number[]>();
  let coreSeconds = 0;
  let withoutEnergy = 0;
  for (const row of pagesOfCompleted(workflow)) {
    if (row.finalEnergyHartree === null) withoutEnergy += 1;
    coreSeconds += (row.wallTimeSeconds ?? 0) * (row.ranks ?? 0);
    for (const name of summarized) {
      const values = columns.get(name) ?? [];
      if (row[name] !== null) values.push(row[name]);
      columns.set(name, values);
    }
  }
  const of = (name: keyof RecordResults): Spread | null => spreadOf(columns.get(name) ?? []);
  return {
    finalEnergyHartree: of('finalEnergyHartree'),
    maxGradientHartreePerBohr: of('maxForces'),
    scfCycles: of('scfCycles'),
    wallTimeSeconds: of('wallTimeSeconds'),
    cores: of('ranks'),
    coreHours: coreSeconds / 3600,
    withoutEnergy,
  };
}

function* pagesOfCompleted(workflow: Workflow): Generator<RecordResults> {
  const select = workflow.db.prepare<[number], RecordResults & { id: number }>(
    `select id, ${selectOfRecord('structures', summarized)} from structures
     where status = 'completed' and id > ? order by id limit ${pageRows}`,
  );
  for (let after = 0; ;) {
    const page = withRetry(workflow, () => select.all(after));
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    after = last.id;
  }
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
