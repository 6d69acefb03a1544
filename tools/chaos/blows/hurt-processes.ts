import { setTimeout as delay } from 'node:timers/promises';
import { type ChaosWorld, lockSeconds } from '../chaos-world.ts';
import { listOwnProcesses, type OwnProcess } from '../list-processes.ts';

function shoot(world: ChaosWorld, target: OwnProcess | undefined, pid: number): void {
  if (target?.jobId === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
    return;
  }
  world.shotJobs.add(target.jobId);
}

const listRuns = (world: ChaosWorld): OwnProcess[] =>
  listOwnProcesses(world.dir).filter(({ jobId }) => jobId !== undefined);

/** One whole ORCA, as the kernel does when memory is short. */
export function killOrca(world: ChaosWorld): void {
  const leader = world.random.pick(
    listRuns(world).filter(({ pid, sessionId, program }) => pid === sessionId && program !== 'sleep'),
  );
  if (leader) shoot(world, leader, -leader.sessionId);
}

/** One rank of it; the rest lives to tell. A daemon, which left the session, is no rank. */
export function killRank(world: ChaosWorld): void {
  const rank = world.random.pick(
    listRuns(world).filter(({ pid, sessionId, program }) => pid !== sessionId && program === 'sleep'),
  );
  if (rank) shoot(world, rank, rank.pid);
}

/** The consumer alone: its guard has to stop its ORCA. */
export function killConsumer(world: ChaosWorld): void {
  world.random.pick(world.consumers)?.signal('SIGKILL');
}

/** The guards of all consumers of a node; they are started anew. */
export function killGuard(world: ChaosWorld): void {
  const { name } = world.random.pick(world.consumers) ?? {};
  for (const { pid } of listGuards(world).filter(({ node }) => node === name)) endProcess(pid);
}

/** A node with everything on it. */
export function killNode(world: ChaosWorld): void {
  const consumer = world.random.pick(world.consumers);
  const { name } = consumer ?? {};
  for (const { pid } of listGuards(world).filter(({ node }) => node === name)) endProcess(pid);
  if (consumer?.signal('SIGKILL') === undefined) return;
  const leaders = listRuns(world).filter(({ pid, sessionId, node }) => pid === sessionId && node === name);
  for (const { sessionId } of leaders) endProcess(-sessionId);
}

/** A consumer is started by us, its guard by it: the guard leads a session and has no job. */
const listGuards = (world: ChaosWorld): OwnProcess[] =>
  listOwnProcesses(world.dir).filter(
    ({ pid, sessionId, jobId, program }) => pid === sessionId && jobId === undefined && program === 'node',
  );

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
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
  await delay(seconds * 1000);
  if (consumer.pid() === pid) consumer.signal('SIGCONT');
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
