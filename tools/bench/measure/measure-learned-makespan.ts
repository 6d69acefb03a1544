import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { BenchContext } from '../bench-context.ts';
import { type BenchCampaign, makeCampaign } from '../campaign/make-campaign.ts';
import { openQueue } from '../campaign/open-queue.ts';
import { startConsumer } from '../campaign/run-pipeline.ts';
import { runOact, startOact } from '../campaign/start-oact.ts';
import { writeProgram } from '../campaign/write-program.ts';
import type { Measurement } from '../figure.ts';
import { listAttemptTimes } from '../timing/list-attempt-times.ts';
import { drawDurations, listSchedule } from '../timing/list-schedule.ts';

const slots = 8;

/** Sleeps whose length the size of the structure tells but for a tenth: half of them is run and learned from, the other half is measured. */
export async function measureLearnedMakespan(context: BenchContext): Promise<Measurement> {
  const [half, medianSeconds] = context.isQuick ? [32, 0.1] : [64, 2];
  const durations = drawDurations(2 * half, medianSeconds, 0.8);
  const campaign = await makeCampaign(context.dir, 2 * half);
  shapeRecords(campaign, durations, medianSeconds);
  const program = writeProgram(context.dir, [
    'read -r seconds < "$OACT_JOB_DIR/seconds"',
    'sleep "$seconds"',
  ]);
  const { queue, close } = await openQueue(context, campaign.campaignId);
  const reconciler = startOact(context, ['reconcile', '-C', campaign.dir]);
  const consumer = startConsumer(context, campaign, { slots, program });
  await consumer.says('consumer started');
  const runHalf = async (ids: string, order: string): Promise<void> => {
    await runOact(context, ['enqueue', '-C', campaign.dir, '--ids', ids, '--order', order]);
    while (Object.values(await queue.getJobCounts('wait', 'active', 'delayed')).some((count) => count > 0))
      await delay(100);
    // Settled, too: what is not in the table is not learned from.
    while (listAttemptTimes(campaign.databasePath).length < (order === 'id' ? half : 2 * half))
      await delay(200);
  };
  await runHalf(`1-${half}`, 'id');
  const learnedAtMs = Date.now();
  await runHalf(`${half + 1}-${2 * half}`, 'longest');
  await Promise.all([consumer.stop(), reconciler.stop(), close()]);
  const attempts = listAttemptTimes(campaign.databasePath).filter(
    ({ queuedAtMs }) => queuedAtMs >= learnedAtMs,
  );
  const measured = durations.slice(half);
  const total = measured.reduce((sum, seconds) => sum + seconds, 0);
  const longest = Math.max(...measured);
  const bound = Math.max(total / slots, longest);
  const inOrder = listOrder(campaign.databasePath, half).map((index) => durations[index] ?? 0);
  const share = (seconds: readonly number[]): string => (listSchedule(seconds, slots) / bound).toFixed(3);
  const makespan =
    (Math.max(...attempts.map(({ finishedAtMs }) => finishedAtMs)) -
      Math.min(...attempts.map(({ startedAtMs }) => startedAtMs))) /
    1000;
  return {
    figures: [
      {
        what: `makespan of ${attempts.length} sleeps on ${slots} slots, times learned from ${half} others`,
        unit: 's',
        value: makespan,
        floor: { what: 'bound: the larger of total ÷ slots and the longest', value: bound },
        target: { atMost: 1.03 },
      },
    ],
    notes: [
      `log-normal, median ${medianSeconds} s, longest ${longest} s. Computed, as parts of the bound: the list's own order ${share(measured)}, the order that oact chose ${share(inOrder)}, the true times longest first ${share(measured.toSorted((a, b) => b - a))}`,
    ],
  };
}

/** Places in the list of durations of the records that were measured, in the order of their starts. */
function listOrder(databasePath: string, half: number): number[] {
  const db = new Database(databasePath, { readonly: true });
  const ids = db
    .prepare<[number], number>('select record_id from oact_attempts where record_id > ? order by started_at')
    .pluck()
    .all(half);
  db.close();
  return ids.map((id) => id - 1);
}

/** The elements of each record tell its time, by the square of the size: only the column says so, which is all that the order looks at. */
function shapeRecords(
  { databasePath, jobRoot }: BenchCampaign,
  durations: readonly number[],
  medianSeconds: number,
): void {
  const db = new Database(databasePath);
  const change = db.prepare(
    'update structures set elements = ?, natoms = ?, charge = 0, spin = 1, geometry = ? where id = ?',
  );
  for (const [index, seconds] of durations.entries()) {
    // A tenth of noise, which no law can know.
    const told = seconds * Math.exp(0.1 * Math.sin(7.3 * index));
    const atoms = Math.max(1, Math.round(40 * Math.sqrt(told / medianSeconds)));
    const carbons = Array.from({ length: atoms }, (_, atom) => `C ${(1.5 * atom).toFixed(1)} 0 0`);
    change.run(carbons.map(() => 'C').join(';'), atoms, carbons.join('\n'), index + 1);
    mkdirSync(join(jobRoot, `job_${index}`));
    writeFileSync(join(jobRoot, `job_${index}`, 'seconds'), `${seconds}\n`);
  }
  db.close();
}
