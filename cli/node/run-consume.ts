import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { followWalltime } from '../../scheduler/follow-walltime.ts';
import { secondsUntilKill } from '../../scheduler/schedulers.ts';
import { followPublicKey } from '../../core/payload-signature.ts';
import { judgeSkew } from '../../consumer/fitness/judge-node.ts';
import type { ConsumerReport } from '../../consumer/consumer-options.ts';
import { claimCores, listTakenCores } from '../../consumer/cores/claim-cores.ts';
import { runConsumer } from '../../consumer/run-consumer.ts';
import { leaveScratch } from '../../consumer/files/run-scratch.ts';
import { releaseHeldSignals, watchParent } from '../../scheduler/shell-around.ts';
import { startDelayMs } from '../../scheduler/spread-start.ts';
import { stopOrphans } from '../../consumer/process/stop-orphans.ts';
import { createWalltime } from '../../scheduler/walltime.ts';
import { toQueueConnection } from '../../core/redis/queue-connection.ts';
import { createLogger } from '../../core/logger.ts';
import { logFileOf, type LogFileFlags } from '../flags/log-file.ts';
import { defaultLane, lockSeconds, renewSeconds } from '../../core/job/queue-names.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import type { OactError } from '../../core/errors.ts';
import { waitForRedis } from '../../core/redis/wait-for-redis.ts';
import { showForeignControls } from '../terminal/show-controls.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { askRedisOfNode } from './ask-redis-of-node.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { planNode } from './plan-node.ts';
import { printJson } from '../terminal/print.ts';
import type { NodeFlags } from '../flags/node-flags.ts';

/** Flags of `oact consume`. */
export interface ConsumeFlags extends NodeFlags, LogFileFlags {
  jobTimeout?: number;
  idleTimeout?: number;
  jobs?: number;
  giveUpAfter?: number;
  crashLimit?: number;
  /** For tests, seconds. */
  lockSeconds?: number;
  renewSeconds?: number;
  walltimePoll?: number;
  json?: boolean;
}

/** EX_TEMPFAIL: stopped with work left, for a scheduler that requeues. */
const drainedExitCode = 75;

export async function runConsume(command: Command, flags: ConsumeFlags): Promise<void> {
  const campaign = campaignOf(command);
  const log = createLogger(logFileOf(flags));
  const { allocation, slots, packing, setup, unpinned, mpirun } = await planNode(
    flags,
    campaign,
    await listTakenCores(),
  );
  for (const note of packing?.notes ?? []) log.warn(`this node takes no jobs of one lane: ${note}`);
  const nodeLog = log.child({ node: setup.node, allocationId: setup.allocationId });
  const stop = listenForStop(
    (reason, forced) => nodeLog.warn({ ...reason, forced }, 'stop signal received'),
    (signal) => secondsUntilKill(signal, allocation.scheduler),
  );
  releaseHeldSignals();
  const orphaned = new AbortController();
  const forgetParent =
    allocation.scheduler === null
      ? undefined
      : watchParent(() => {
          nodeLog.warn('the scheduler process that started this consumer has ended: draining');
          orphaned.abort();
        });
  const drain = AbortSignal.any([stop.drain, orphaned.signal]);
  const walltime = createWalltime(allocation.endsAt);
  const over = new AbortController();
  await stopOrphans(nodeLog, setup.scratch);
  const claim = await claimCores(slots, nodeLog, flags.oversubscribe);
  const startMs = startDelayMs(allocation.nodeCount, Math.random());
  await delay(startMs, undefined, { signal: drain }).catch(() => undefined);
  const idleTimeoutSeconds = flags.idleTimeout ?? campaign.config.node.idleTimeout;
  // Without Redis there is nothing to do, and a node with nothing to do is given back.
  const giveUpSeconds = flags.giveUpAfter ?? campaign.config.node.giveUpAfter;
  const wait = {
    signal: drain,
    log: nodeLog,
    timeoutSeconds: giveUpSeconds ?? idleTimeoutSeconds,
    // Who names a time waits for one that is just being started, too.
    ...(giveUpSeconds !== null && { isAway: isAwayOrComing }),
  };
  const found = await waitForRedis(() => askRedisOfNode(campaign), wait);
  if (!found) {
    await claim.giveBack();
    await leaveScratch(setup.scratch);
    stop.dispose();
    process.exitCode = drainedExitCode;
    exitSoon();
    return;
  }
  await followWalltime(walltime, allocation, {
    log: nodeLog,
    ended: over.signal,
    ...(flags.walltimePoll !== undefined && { pollSeconds: flags.walltimePoll }),
  });
  const { address, clockSkewMs } = found;
  const clock = judgeSkew(clockSkewMs);
  if (clock.kind === 'doubtful') nodeLog.warn({ warning: clock.message }, 'node is doubtful');
  log.info(
    {
      node: setup.node,
      allocationId: setup.allocationId,
      restartCount: allocation.restartCount,
      endsAt: walltime.endsAt(),
      slots: slots.map(({ cores }) => cores),
      ...(packing !== null && { lanes: packing.lanes.map(({ lane }) => lane) }),
      pinned: setup.pin,
      redis: address.url,
      clockSkewSeconds: Math.round(clockSkewMs / 1000),
    },
    'consumer started',
  );
  const report = await runConsumer({
    campaignId: campaign.config.campaign,
    publicKey: followPublicKey(campaign.dir),
    jobRoot: campaign.jobRoot,
    lane: defaultLane,
    connection: toQueueConnection(address),
    slots,
    packing,
    setup,
    unpinned,
    overlap: claim.why,
    mpirun,
    walltime,
    longestJobSeconds: flags.jobTimeout ?? null,
    graceSeconds: flags.grace ?? campaign.config.node.grace,
    idleTimeoutSeconds,
    mostJobs: flags.jobs ?? null,
    giveUpSeconds,
    crashLimit: flags.crashLimit ?? campaign.config.job.crashLimit,
    locks: {
      lockSeconds: flags.lockSeconds ?? lockSeconds,
      renewSeconds: flags.renewSeconds ?? renewSeconds,
    },
    log: nodeLog,
    drain,
    hurry: stop.hurry,
    terminated: stop.terminated,
    force: stop.force,
  });
  if (allocation.nodeCount > 1 && (report.reason === 'idle' || report.reason === 'faulty'))
    nodeLog.warn(
      { reason: report.reason },
      'this node has no more work; the scheduler keeps it idle until the other consumers of the allocation end',
    );
  over.abort();
  forgetParent?.();
  await claim.giveBack();
  await leaveScratch(setup.scratch);
  stop.dispose();
  if (flags.json === true) printJson(report);
  process.exitCode = exitCodeOf(report);
  if (report.reason === 'faulty' || report.reason === 'no_redis')
    process.stderr.write(`oact: ${showForeignControls(report.why ?? '')}\n`);
  exitSoon();
}

const isAwayOrComing = ({ code }: OactError): boolean =>
  code === 'REDIS_UNREACHABLE' || code === 'REDIS_NOT_FOUND';

function exitCodeOf(report: ConsumerReport): number {
  if (report.reason === 'faulty' || report.reason === 'no_redis') return 1;
  return report.reason === 'idle' || report.reason === 'done' ? 0 : drainedExitCode;
}
