import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import { attemptDirOf, resultFileName } from '../../core/job-dir/job-layout.ts';
import { resolveJobDir } from '../../core/job-dir/resolve-job-dir.ts';
import { type Metrics, parseResult } from '../../core/job/result.ts';
import { type AttemptView, type RecordView, showRecord } from '../../workflow/lookup/show-record.ts';
import type { CampaignSource } from './campaign-source.ts';
import { findRunDir, runFiles } from '../files/find-run-dir.ts';
import { readRunText } from '../files/read-run-text.ts';
import type { QueueTrouble, QueueView } from './read-queue.ts';

/** A record as its page shows it. */
export interface JobPageView {
  record: RecordView;
  /** Whose files are shown. */
  attempt: AttemptView | undefined;
  running: RunningJob | undefined;
  /** Of that attempt, from its published result. */
  metrics: Metrics | undefined;
  runDir: string | undefined;
  /** The input that ORCA got. */
  input: string | undefined;
}

export interface RunningJob {
  node: string;
  endsAt: string | null;
  /** When its consumer spoke last. */
  seenAt: string;
  job: KnownConsumer['jobs'][number];
}

const longestInputBytes = 200_000;
const longestResultBytes = 100_000;

/**
 * A record with its newest attempt, or another one.
 * @returns undefined when there is no such record
 */
export async function readJob(
  { workflow, jobRoot }: CampaignSource,
  queue: QueueView | QueueTrouble,
  recordId: number,
  wanted: number | undefined,
): Promise<JobPageView | undefined> {
  const found = showRecord(workflow, recordId);
  if (!found) return undefined;
  const record = { ...found, jobDir: resolveJobDir(jobRoot, found.jobDir) };
  const attempt =
    wanted === undefined
      ? record.attempts.at(-1)
      : record.attempts.find(({ attempt: number }) => number === wanted);
  const consumers = 'error' in queue ? [] : queue.consumers;
  const runDir = attempt && (await findRunDir(jobRoot, record.jobDir, attempt.attempt));
  return {
    record,
    attempt,
    running: attempt?.settledAt === null ? findRunning(consumers, attempt.jobId) : undefined,
    metrics: attempt && (await readMetrics(jobRoot, record.jobDir, attempt.attempt)),
    runDir,
    input:
      runDir === undefined
        ? undefined
        : await readRunText(jobRoot, runDir, runFiles.input, longestInputBytes),
  };
}

/** A job whose consumer vanished runs again elsewhere: the one who spoke last has it. */
function findRunning(consumers: readonly KnownConsumer[], jobId: string): RunningJob | undefined {
  return consumers
    .filter(({ state }) => state !== 'ended')
    .flatMap(({ node, endsAt, seenAt, jobs }) => {
      const job = jobs.find((one) => one.jobId === jobId);
      return job ? [{ node, endsAt, seenAt, job }] : [];
    })
    .toSorted((one, other) => (one.seenAt < other.seenAt ? 1 : -1))[0];
}

async function readMetrics(
  jobRoot: string,
  jobDir: string | null,
  attempt: number,
): Promise<Metrics | undefined> {
  if (jobDir === null) return undefined;
  const text = await readRunText(jobRoot, attemptDirOf(jobDir, attempt), resultFileName, longestResultBytes);
  try {
    return text === undefined ? undefined : parseResult(JSON.parse(text), resultFileName).metrics;
  } catch {
    return undefined;
  }
}
