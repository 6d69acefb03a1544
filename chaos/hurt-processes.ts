import { setTimeout as delay } from 'node:timers/promises';
import { type ChaosWorld, lockSeconds } from './chaos-world.ts';
import { listOwnProcesses, type OwnProcess } from './list-processes.ts';
import { readUptime } from './read-uptime.ts';

function shoot(world: ChaosWorld, target: OwnProcess | undefined, pid: number): void {
  if (target?.jobId === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
    return;
  }
  world.wounds.shotJobs.add(target.jobId);
  if (pid < 0) world.wounds.shot.set(target.sessionId, readUptime());
}

const listRuns = (world: ChaosWorld): OwnProcess[] =>
  listOwnProcesses(world.dir).filter(({ jobId }) => jobId !== undefined);

/** One whole ORCA, as the kernel does when memory is short. */
export function killOrca(world: ChaosWorld): void {
  const leader = world.random.pick(listRuns(world).filter(({ pid, sessionId }) => pid === sessionId));
  if (leader) shoot(world, leader, -leader.sessionId);
}

/** One rank of it; the rest lives to tell. */
export function killRank(world: ChaosWorld): void {
  const rank = world.random.pick(listRuns(world).filter(({ program }) => program === 'sleep'));
  if (rank) shoot(world, rank, rank.pid);
}

/** The consumer alone: its ORCA become orphans. */
export function killConsumer(world: ChaosWorld): void {
  const pid = world.random.pick(world.consumers)?.signal('SIGKILL');
  if (pid !== undefined) world.wounds.orphaned.set(pid, readUptime());
}

/** A node with everything on it. */
export function killNode(world: ChaosWorld): void {
  const consumer = world.random.pick(world.consumers);
  if (consumer?.signal('SIGKILL') === undefined) return;
  const leaders = listRuns(world).filter(
    ({ pid, sessionId, node }) => pid === sessionId && node === consumer.name,
  );
  for (const { sessionId } of leaders) {
    world.wounds.shot.set(sessionId, readUptime());
    endSession(sessionId);
  }
}

function endSession(sessionId: number): void {
  try {
    process.kill(-sessionId, 'SIGKILL');
  } catch {
    // Gone by itself.
  }
}

/** Longer than the lock: when it wakes up, its jobs are another's. */
export function pauseBeyondLock(world: ChaosWorld): Promise<void> {
  return pauseConsumer(world, lockSeconds + world.random.between(2, 5));
}

/** When it wakes up, its jobs are still its own. */
export function pauseBriefly(world: ChaosWorld): Promise<void> {
  return pauseConsumer(world, world.random.between(1, lockSeconds / 2));
}

async function pauseConsumer(world: ChaosWorld, seconds: number): Promise<void> {
  const consumer = world.random.pick(world.consumers);
  const pid = consumer?.signal('SIGSTOP');
  if (!consumer || pid === undefined) return;
  const pause = { pid, from: readUptime(), to: Infinity };
  world.wounds.paused.push(pause);
  await delay(seconds * 1000);
  if (consumer.pid() === pid) consumer.signal('SIGCONT');
  pause.to = readUptime();
}

export function terminateConsumer(world: ChaosWorld): void {
  world.random.pick(world.consumers)?.signal('SIGTERM');
}

/** The second signal does not wait for anything. */
export async function forceConsumer(world: ChaosWorld): Promise<void> {
  const consumer = world.random.pick(world.consumers);
  consumer?.signal('SIGTERM');
  await delay(world.random.between(50, 400));
  consumer?.signal('SIGTERM');
}
