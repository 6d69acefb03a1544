import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { sendAnswer } from '../../../consumer/queue/answer-job.ts';
import { checkJobDir } from '../../../consumer/files/check-job-dir.ts';
import { decideFetchedJob } from '../../../consumer/queue/decide-fetched-job.ts';
import { answerResult } from '../../../consumer/queue/job-answer.ts';
import { judgeRun } from '../../../consumer/run/judge-run.ts';
import { publishResult, readPublishedResult } from '../../../consumer/files/publish-result.ts';
import { openRunDirectory } from '../../../consumer/files/run-directory.ts';
import { startLauncher } from '../../../consumer/process/start-launcher.ts';
import { runOrca } from '../../../consumer/run/run-orca.ts';
import { toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { inheritedEnvironment } from '../../../core/config/environment.ts';
import { parseHistory } from '../../../core/job/job-history.ts';
import { jobDirOf } from '../../../core/job-dir/job-layout.ts';
import { createLogger } from '../../../core/logger.ts';
import { defaultLane, queueNameOf, queuePrefix } from '../../../core/job/queue-names.ts';
import { type JobResult, resultVersion } from '../../../core/job/result.ts';
import { renderInput } from '../../../orca/input/render-input.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { sweepFinished } from '../../../reconciler/sweep-finished.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { BenchContext } from '../bench-context.ts';
import { batchOf, makeCampaign, selectionOf } from '../campaign/make-campaign.ts';
import { openQueue } from '../campaign/open-queue.ts';
import { monotonicMs } from '../../../core/monotonic-clock.ts';
import { rowOf } from '../../../orca/failures/catalogue.ts';

/** Adds up the time between calls under the name of each call. */
function createStopwatch(): { lap: (step: string) => void; totals: Map<string, number> } {
  const totals = new Map<string, number>();
  let lastMs = performance.now();
  return {
    lap(step) {
      const nowMs = performance.now();
      totals.set(step, (totals.get(step) ?? 0) + nowMs - lastMs);
      lastMs = nowMs;
    },
    totals,
  };
}

/**
 * Takes jobs through the consumer's own steps one at a time, with nothing beside them.
 * @returns mean ms per job of each step, in their order; the last is the bare program, for comparison
 */
export async function splitJobTime(
  context: BenchContext,
  program: string,
  jobCount: number,
): Promise<Map<string, number>> {
  const campaign = await makeCampaign(context.dir, jobCount);
  const workflow = openWorkflow(campaign.databasePath);
  const { queue, redis, close } = await openQueue(context, campaign.campaignId);
  const log = createLogger({ level: 'warn' });
  await enqueue(workflow, queue, selectionOf('id', jobCount), batchOf(campaign));
  const worker = new Worker<unknown>(queueNameOf(defaultLane), null, {
    connection: toRedisOptions(context.redis.address),
    prefix: queuePrefix(campaign.campaignId),
    autorun: false,
    skipStalledCheck: true,
  });
  await worker.waitUntilReady();
  const never = new AbortController().signal;
  const slot = { slot: 0, cores: [0] };
  const launcher = startLauncher(log);
  const stopwatch = createStopwatch();
  for (let index = 0; index < jobCount; index++) {
    const token = randomUUID();
    const job = await worker.getNextJob(token);
    if (!job) throw new Error('the queue is empty too early');
    stopwatch.lap('fetch');

    const { campaignId } = campaign;
    const decision = decideFetchedJob(job.data, {
      jobId: job.id,
      campaignId,
      lostCount: 0,
      history: parseHistory(job.progress),
      crashLimit: 5,
      endsAt: null,
      now: new Date(),
    });
    if (decision.kind !== 'run') throw new Error(`a job would not be run: ${decision.kind}`);
    const jobDir = jobDirOf(decision.payload, campaign.jobRoot);
    const payload = { ...decision.payload, jobDir };
    await checkJobDir(payload.jobDir, campaign.jobRoot);
    await readPublishedResult(payload.jobDir, payload.attempt);
    stopwatch.lap('check');

    const runId = `1-${token.slice(-8)}`;
    const run = await openRunDirectory(payload.jobDir, payload.attempt, runId);
    if (!run) throw new Error('a fresh attempt is published already');
    const input = renderInput(payload.calculation, { ranks: 1, maxCoreMb: 1000 });
    await writeFile(join(run.runDir, 'orca.inp'), input);
    const tmpDir = await mkdtemp(join(tmpdir(), 'oact-'));
    stopwatch.lap('directory');

    const startedAt = new Date().toISOString();
    const ending = await runOrca({
      command: [program, 'orca.inp'],
      runDir: run.runDir,
      env: inheritedEnvironment(),
      launcher,
      timeLimitSeconds: payload.timeLimitSeconds,
      stop: never,
      force: never,
    });
    if (ending.kind === 'interrupted') throw new Error('a run was interrupted');
    await rm(tmpDir, { recursive: true });
    stopwatch.lap('spawn');

    const verdict = await judgeRun(run.runDir, payload.calculation.runType, ending, payload.timeLimitSeconds);
    stopwatch.lap('judge');

    const { recordId, attempt } = payload;
    const result: JobResult = {
      v: resultVersion,
      campaignId,
      recordId,
      attempt,
      ...verdict,
      ranOn: { node: 'node1', allocationId: null, ...slot },
      startedAt,
      finishedAt: new Date().toISOString(),
      restart: null,
      files: [],
    };
    await publishResult(run, result);
    stopwatch.lap('publish');

    const held = { job, token, runId, slot, lockedAtMs: monotonicMs(), stop: new AbortController() };
    await sendAnswer(held, answerResult(result), { log, lockSeconds: 60, giveUp: never });
    stopwatch.lap('ack');
  }
  await sweepFinished(workflow, redis, { rulesOf: rowOf, lane: defaultLane, jobRoot: campaign.jobRoot, log });
  stopwatch.lap('settle');
  for (let index = 0; index < jobCount; index++) await once(spawn(program, [], { stdio: 'ignore' }), 'exit');
  stopwatch.lap('the program alone');
  await launcher.stop();
  await worker.close();
  await close();
  workflow.close();
  return new Map([...stopwatch.totals].map(([step, totalMs]) => [step, totalMs / jobCount]));
}
