import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Core-hours of attempts that ended alike. */
export type CoreHours = {
  attempts: number;
  coreHours: number;
  /** Attempts whose cores or times are not known: they are not in the sum. */
  unknown: number;
};

/** Where the core-hours went, as far as the attempts tell. */
export type CoreHoursReport = {
  completed: CoreHours;
  failed: CoreHours;
  timedOut: CoreHours;
  /** Of interrupted runs that others continued from: what they had computed was kept. In none of the sums above. */
  savedByRestart: number;
  /** Runs that were cut short, vanished with their node, or met a fault of ours. What they computed in vain is not known. */
  interruptions: number;
  losses: number;
  faults: number;
  /** `failed` and `timedOut`. */
  wasted: number;
  /** Part of `wasted` in all that is known; null: nothing is. */
  wastedShare: number | null;
};

type Row = {
  outcome: string;
  attempts: number;
  coreHours: number;
  unknown: number;
  saved: number;
  handedBack: number;
  lost: number;
  faults: number;
};

/** Core-hours used and wasted: the cores of the slot for as long as the run that counts took; from the totals. */
export function sumCoreHours(workflow: Workflow): CoreHoursReport {
  const select = workflow.db.prepare<[], Row>(`
    select outcome, sum(attempts) as attempts, sum(core_ms) / 3.6e6 as coreHours, sum(unknown) as unknown, sum(saved_core_ms) / 3.6e6 as saved,
      sum(handed_back) as handedBack, sum(lost) as lost, sum(faults) as faults
    from oact_totals group by outcome`);
  const rows = withRetry(workflow, () => select.all());
  const of = (outcome: string): CoreHours => {
    const row = rows.find((one) => one.outcome === outcome);
    return { attempts: row?.attempts ?? 0, coreHours: row?.coreHours ?? 0, unknown: row?.unknown ?? 0 };
  };
  const sum = (field: 'saved' | 'handedBack' | 'lost' | 'faults'): number =>
    rows.reduce((total, row) => total + row[field], 0);
  const [completed, failed, timedOut] = [of('completed'), of('failed'), of('timed_out')];
  const wasted = failed.coreHours + timedOut.coreHours;
  const known = completed.coreHours + wasted;
  return {
    completed,
    failed,
    timedOut,
    savedByRestart: sum('saved'),
    interruptions: sum('handedBack'),
    losses: sum('lost'),
    faults: sum('faults'),
    wasted,
    wastedShare: known === 0 ? null : wasted / known,
  };
}
