import type { CorrectionPlan, WantedValues } from '../../../producer/steering/plan-correction.ts';
import type { CorrectionStep } from '../../../producer/steering/correct.ts';
import { nameRecord, type NamesOf } from '../../../core/job/name-record.ts';
import { nameIds } from '../../job/name-ids.ts';
import { renderTable } from '../../terminal/print.ts';

/** Rows of the preview; the rest are counted. */
const shownPlans = 20;

/** Old → new of each record that changes or cannot change, then the counts. */
export function renderPlans(plans: readonly CorrectionPlan[], willCancel: boolean, namesOf: NamesOf): string {
  const worthARow = plans.filter(({ kind }) => kind !== 'unchanged');
  const shown = worthARow.slice(0, shownPlans);
  const names = namesOf(shown.map(({ id }) => id));
  const rows = shown.map((plan) => [nameRecord(plan.id, names.get(plan.id)), ...rowOf(plan, willCancel)]);
  const more = worthARow.length - rows.length;
  const unchanged = plans.filter(({ kind }) => kind === 'unchanged').map(({ id }) => id);
  return [
    ...(rows.length === 0
      ? []
      : [renderTable(['record', 'formula', 'charge', 'multiplicity', 'geometry', 'electrons', ''], rows)]),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...(unchanged.length > 0
      ? [`${unchanged.length} already have these values: ${nameIds(unchanged, namesOf)}`]
      : []),
  ].join('\n');
}

/** What stands behind the record. */
function rowOf(plan: CorrectionPlan, willCancel: boolean): (string | number | null)[] {
  if (plan.kind === 'refused') return [null, null, null, null, null, `refused: ${plan.reason}`];
  const { next } = plan;
  if (plan.kind === 'unchanged' || next === null) return [null, null, null, null, null, 'unchanged'];
  const { record, charge, multiplicity, geometry } = plan.correction;
  return [
    next.formula,
    describeChange(record.charge, charge),
    describeChange(record.multiplicity, multiplicity),
    geometry === undefined ? 'as it is' : `new, ${next.atoms} atoms`,
    `${next.electrons} (${next.electrons % 2 === 0 ? 'even' : 'odd'})`,
    fateOf(plan, willCancel),
  ];
}

/** `0 → -2`; NULL, which the existing tools read as 0 or 1, is said. */
function describeChange(old: unknown, next: WantedValues['charge']): string {
  const before = typeof old === 'number' || typeof old === 'string' ? `${old}` : 'not set';
  return next === undefined ? before : `${before} → ${next}`;
}

function fateOf(
  { kind, correction }: Extract<CorrectionPlan, { kind: 'correct' | 'running' }>,
  willCancel: boolean,
): string {
  if (kind === 'running')
    return willCancel
      ? 'cancelled first, then runs again'
      : 'refused: it runs or waits on the queue (use --cancel)';
  if (correction.isRequeued) return `${correction.record.status}: archived, runs again`;
  return correction.record.status === 'to_run' || correction.record.status === 'ready'
    ? 'waits'
    : `stays ${correction.record.status}`;
}

const words: Record<CorrectionStep['result'], string> = {
  corrected: 'corrected',
  requeued: 'corrected and waiting again, the old output moved into attempt-N/',
  blocked: 'blocked by a marker .do_not_rerun.json, not corrected (use --unblock)',
  changed: 'changed meanwhile, not touched',
  unreachable: 'not corrected',
};

export function renderSteps(steps: readonly CorrectionStep[], isDryRun: boolean, namesOf: NamesOf): string {
  const lines: string[] = [];
  for (const kind of ['corrected', 'requeued', 'blocked', 'changed'] as const) {
    const ids = steps.filter(({ result }) => result === kind).map(({ id }) => id);
    if (ids.length > 0)
      lines.push(`${ids.length} ${isDryRun ? 'would be ' : ''}${words[kind]}: ${nameIds(ids, namesOf)}`);
  }
  const unreachable = steps.filter(({ result }) => result === 'unreachable');
  const names = namesOf(unreachable.map(({ id }) => id));
  for (const { id, reason } of unreachable)
    lines.push(`record ${nameRecord(id, names.get(id))} not corrected: ${reason}`);
  const waits = steps.some(({ result }) => result === 'corrected' || result === 'requeued');
  if (isDryRun) lines.push('Nothing was changed (--dry-run).');
  else if (waits)
    lines.push(
      'oact run, serve or enqueue takes the waiting records; oact job show ID lists the corrections.',
    );
  return lines.join('\n');
}
