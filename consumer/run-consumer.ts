import { announceConsumer } from './queue/announce-consumer.ts';
import { createMaskCheck } from './process/check-masks.ts';
import { checkNode } from './fitness/check-node.ts';
import { collectTroubles, joinTroubles } from './fitness/collect-troubles.ts';
import type { ConsumerOptions, ConsumerReport } from './consumer-options.ts';
import { usualHoldLimits } from './fitness/decide-fault-round.ts';
import { watchFreeSpace } from './fitness/watch-free-space.ts';
import { scratchRoots } from './files/run-scratch.ts';
import { guardRun } from './process/guard-run.ts';
import { handleJob } from './handle-job.ts';
import type { HeldJob, InterruptReason } from './queue/held-job.ts';
import { createFetchHold } from './fitness/hold-fetching.ts';
import { createTooLateCount } from './queue/count-too-late.ts';
import { createJobQuota } from './queue/job-quota.ts';
import { keepLocks } from './queue/keep-locks.ts';
import { openSource } from './lanes/open-source.ts';
import { openWorker } from './queue/open-worker.ts';
import { watchIdle } from './queue/watch-idle.ts';
import { settledWithin } from '../core/settled-within.ts';
import { watchOutage } from './queue/watch-outage.ts';
import { isStopReason } from '../core/stop-signal.ts';
import { drainAhead, tellsOfEnd } from '../scheduler/walltime.ts';
import { startGuard } from './process/start-guard.ts';
import { startLauncher } from './process/start-launcher.ts';
import { inheritedEnvironment } from '../core/config/environment.ts';
import { usualWatchLimits, watchProgress } from './progress/watch-progress.ts';

/** ORCA answers within a tenth of a second, from a cold file system within a few. */
const usualOrcaProbeMs = 3000;
/** Answers that are still under way when the drain ends get this long; the results are on disk. */
const answerSeconds = 15;
/** A node check that a drain cut short; on a file system that hangs it never ends. */
const checkSeconds = 5;
/** TERM, grace and KILL of all sessions. */
const stopSeconds = 45;
/** Kept free before the end of the walltime, behind the grace: TERM and KILL take 12 s, the rest is for a slow disk. */
const leadSeconds = 30;

/**
 * Runs jobs on this node's slots until it is drained, idle, out of walltime or broken.
 * Resolves when nothing of any job is left on the node and every job is answered or handed back.
 */
export async function runConsumer(options: ConsumerOptions): Promise<ConsumerReport> {
  const { log } = options;
  const startedAt = new Date();
  const held = new Set<HeldJob>();
  const lives = new Set<Promise<void>>();
  const draining = new AbortController();
  const report: ConsumerReport = { reason: 'drained', endings: {}, why: null };
  const served = options.packing?.lanes.map(({ lane }) => lane) ?? [options.lane];
  const { worker, others, outage, longestFetchSeconds } = openWorker(options, draining.signal, served);
  const fetching = {
    outage,
    draining: draining.signal,
    mayTake: () => !hold.isHolding(),
    lockSeconds: options.locks.lockSeconds,
    log,
  };
  const source = openSource(options, [worker, ...others], fetching);
  const beginDrain = (reason: ConsumerReport['reason']): void => {
    if (draining.signal.aborted) return;
    report.reason = reason;
    draining.abort();
    source.close();
  };
  let isOutOfTime = false;
  const onDrain = (): void => {
    const reason: unknown = options.drain.reason;
    const signal = options.drain.aborted && isStopReason(reason) ? reason.signal : undefined;
    isOutOfTime ||= signal !== undefined && tellsOfEnd(signal, options.walltime.endsAt(), new Date());
    beginDrain('drained');
  };
  const whyDrain = (): 'drain' | 'walltime' =>
    isOutOfTime || report.reason === 'walltime' ? 'walltime' : 'drain';
  if (options.drain.aborted) onDrain();
  options.drain.addEventListener('abort', onDrain, { once: true });
  const forgetWalltime = drainAhead(options.walltime, options.graceSeconds + leadSeconds, () =>
    beginDrain('walltime'),
  );
  draining.signal.addEventListener('abort', forgetWalltime, { once: true });
  const guard = startGuard(log);
  const launcher = startLauncher(log);
  const inherited = inheritedEnvironment();
  const { lockSeconds } = options.locks;
  const locks = keepLocks(held, options.locks, outage, log, (job) => guardRun(job, guard, lockSeconds));
  const watch = watchProgress(held, { ...usualWatchLimits, ...options.watchLimits }, log);

  const { orcaPath, node, scratch, keepEnvironment = [] } = options.setup;
  const underTest = {
    orcaPath,
    scratch,
    keepEnvironment,
    jobRoot: options.jobRoot,
    orcaProbeMs: options.orcaProbeMs ?? usualOrcaProbeMs,
  };
  const pinning = options.unpinned ?? null;
  const noteTrouble = collectTroubles({ pinning }, (why) => (report.why = why));
  if (pinning !== null) log.warn({ warning: pinning }, 'node is doubtful');
  const disks = watchFreeSpace([options.jobRoot, ...scratchRoots(scratch)], log);
  // After a fault, what was good an hour ago proves nothing.
  let isFirstCheck = true;
  const hold = createFetchHold({
    node,
    limits: { ...usualHoldLimits, ...options.holdLimits },
    check: (cut) => {
      const mpirun = options.mpirun ? { ...options.mpirun, recall: isFirstCheck } : null;
      isFirstCheck = false;
      return checkNode({ ...underTest, mpirun }, cut);
    },
    log,
    draining: draining.signal,
    onWhy: (why) => noteTrouble({ node: why }),
    onBroken: () => beginDrain('faulty'),
  });

  const announcer = announceConsumer({
    ...options,
    held,
    // A disk that is nearly full may have room again when the report is made, and another consumer may have ended.
    report: () => ({
      reason: report.reason,
      why: joinTroubles([report.why, disks.why(), options.overlap?.() ?? null]),
    }),
    draining: draining.signal,
    reservedFor: () => source.reservedFor(),
    client: () => worker.getBackend().client,
    onDrainRequest: (why) => {
      if (why === null) return onDrain();
      noteTrouble({ node: why });
      beginDrain('faulty');
    },
  });
  const quota = createJobQuota(options.mostJobs ?? null);
  const noteTooLate = createTooLateCount();
  const checkMasks = options.setup.pin
    ? createMaskCheck((why) => {
        noteTrouble({ masks: `${node}: ${why}` });
        announcer.announce();
      })
    : null;
  const idle = watchIdle({
    idleTimeoutSeconds: options.idleTimeoutSeconds,
    longestFetchSeconds,
    outage,
    isBusy: () => held.size > 0 || hold.isHolding(),
    onIdle: () => beginDrain('idle'),
    onNoRedis: (why) => endWithoutRedis(why),
  });
  const gone = new AbortController();
  const endWithoutRedis = (why: string): void => {
    if (draining.signal.aborted) return;
    noteTrouble({ redis: why });
    beginDrain('no_redis');
  };
  const forgetOutage = watchOutage({
    outage,
    giveUpSeconds: options.giveUpSeconds ?? null,
    onGone: (why) => {
      endWithoutRedis(why);
      gone.abort();
    },
  });
  const live = async (job: HeldJob): Promise<void> => {
    const fault = { jobId: job.job.id ?? '', fetchedAtMs: performance.now() };
    const giveBack = once(() => source.giveBack(job.slot));
    const ending = await handleJob(job, {
      ...options,
      gone: gone.signal,
      whyDrain,
      endsAt: options.walltime.endsAt(),
      startedAt,
      registry: () => worker.getBackend().client,
      guard,
      launcher,
      inherited,
      lockSeconds,
      checkMasks,
      onFault: (error) => hold.faulted(error, fault),
      faultDelayMs: options.faultDelayMs ?? 30_000,
      tooLateDelayMs: options.tooLateDelayMs ?? 30_000,
      onSlotFree: giveBack,
    });
    held.delete(job);
    idle.wasBusy();
    // The next fetch may block for half a minute before it says so.
    if (ending !== 'fenced' && !options.force.aborted) outage.answered();
    report.endings[ending] = (report.endings[ending] ?? 0) + 1;
    hold.ended(ending);
    quota.ended(ending);
    // One more failure may be what a request to end was waiting for: it is heard before the next job is taken.
    if (ending === 'failed') announcer.announce();
    if (noteTooLate(job.job.id ?? '', ending)) beginDrain('walltime');
    // Now at the latest: a fault keeps the slot until the job is answered.
    giveBack();
  };

  while (await source.whenRoom()) {
    if (await hold.whenFit()) idle.wasBusy();
    // Room may be handed over in the moment in which the drain begins; a fetch would block then.
    if (draining.signal.aborted) break;
    if (!(await quota.take(draining.signal))) {
      beginDrain('done');
      break;
    }
    const taken = await source.take();
    if (!taken) {
      quota.foundNothing();
      idle.foundNothing();
      continue;
    }
    const { job, slot, token, lockedAtMs } = taken;
    const runId = `${job.attemptsStarted}-${token.slice(-8)}`;
    const heldJob = { job, token, runId, slot, lockedAtMs, stop: new AbortController() };
    held.add(heldJob);
    const life = live(heldJob).finally(() => lives.delete(life));
    lives.add(life);
  }

  idle.stop();
  forgetOutage();
  options.drain.removeEventListener('abort', onDrain);
  if (held.size > 0) log.info({ running: held.size, graceSeconds: options.graceSeconds }, 'draining');
  const everyLife = Promise.all(lives);
  const cut = options.hurry ? AbortSignal.any([options.hurry, options.force]) : options.force;
  await settledWithin(everyLife, options.graceSeconds, cut);
  for (const job of held) job.stop.abort(whyDrain() satisfies InterruptReason);
  await settledWithin(everyLife, answerSeconds + stopSeconds);
  locks.stop();
  watch.stop();
  disks.stop();
  await settledWithin(hold.idle(), checkSeconds);
  await Promise.all([guard.stop(), launcher.stop()]);
  await announcer.end();
  // close() may wait for ever when Redis is away: the process ends all the same.
  await settledWithin(Promise.all([worker, ...others].map((one) => one.close(true))), 5);
  log.info({ ...report }, 'consumer ended');
  return report;
}

/** A slot that is given back twice would run two jobs. */
function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
