import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '../workflow/database/workflow.ts';
import { listWithoutEnergy } from '../workflow/other-tools/list-without-energy.ts';
import { loadMendable, type MendableRecord } from '../workflow/other-tools/load-mendable.ts';
import { restoreRecords } from '../workflow/other-tools/restore-records.ts';
import { listRecoverableIds } from '../workflow/records/load-recoverable.ts';
import { decideMending, type DirectoryFacts } from './decide-mending.ts';
import { readPublished } from './read-published.ts';
import { recoverRecords, type RecordSources } from './recover-records.ts';
import { askAll, type RecoveryControl } from './recover-report.ts';

/** What the existing tools write there when they only read. */
const caches = new Set(['orca_metrics.json', 'generator_metrics.json']);

/**
 * Gives records back what oact knows of them, where another tool has made them `running` with nobody at work, or `completed`
 * without numbers. What oact does not know is looked for in the job directory.
 * @param looksAt how many completed records are asked for their energy, each time the next ones; null: all
 */
export async function mendRecords(
  workflow: Workflow,
  sources: RecordSources,
  control: RecoveryControl,
  looksAt: number | null,
): Promise<void> {
  const running = listRecoverableIds(workflow, ['running']);
  const ids = [...running, ...listWithoutEnergy(workflow, control.isDryRun ? null : looksAt)];
  if (ids.length === 0) return;
  const records = loadMendable(workflow, ids);
  const decisions = await askAll(records, async (record) => {
    const jobDir = sources.jobDirOf(record);
    const facts = await readFacts(jobDir, record, control.campaignId);
    const decision = decideMending(record, facts);
    if (facts.published && jobDir !== null && decision.kind === 'restore' && !control.isDryRun)
      await control.finishFiles(jobDir, record.attempt).catch(() => undefined);
    return decision;
  });
  const wanted = decisions.filter((decision) => decision.kind === 'restore');
  const restorations = wanted.map(({ restoration }) => restoration);
  const done = new Set(control.isDryRun ? restorations : restoreRecords(workflow, restorations));
  for (const { restoration, because } of wanted) {
    if (!done.has(restoration)) continue;
    const { recordId, from, to, attempt } = restoration;
    const reason = from === to ? `numbers filled in: ${because}` : `${from} → ${to}: ${because}`;
    const outcome = to === 'timeout' ? 'timed_out' : to === 'to_run' ? null : to;
    control.onStep({ recordId, kind: 'restored', attempt: attempt === 0 ? null : attempt, outcome, reason });
  }
  const unknown = records.filter((_, index) => decisions[index]?.kind === 'look').map(({ id }) => id);
  const quiet = { ...control, onProgress: (): void => undefined };
  if (unknown.length > 0) await recoverRecords(workflow, { ...sources, ids: unknown }, quiet);
}

async function readFacts(
  jobDir: string | null,
  { id: recordId, attempt }: MendableRecord,
  campaignId: string,
): Promise<DirectoryFacts> {
  if (jobDir === null) return { published: undefined, newestFileMs: null };
  const published =
    attempt === 0 ? undefined : await readPublished(jobDir, { campaignId, recordId, attempt });
  const names = await readdir(jobDir).catch((): string[] => []);
  const files = await Promise.all(
    names.filter((name) => !caches.has(name)).map((name) => lstat(join(jobDir, name)).catch(() => undefined)),
  );
  const times = files.filter((file) => file?.isFile() === true).map((file) => file?.mtimeMs ?? 0);
  return { published, newestFileMs: times.length === 0 ? null : Math.max(...times) };
}
