// All lanes of a campaign as one list: each has a queue of its own, and Redis itself says which there are.
import { Queue } from 'bullmq';
import { defaultLane, queueNameOf } from '../job/queue-names.ts';

/** The queues of the other lanes, by that of the default one; they share its connection. */
const siblings = new WeakMap<Queue, Map<string, Promise<Queue>>>();

/** @param queue of the default lane */
export function queueOfLane(queue: Queue, lane: string): Promise<Queue> {
  if (lane === queue.name || queueNameOf(lane) === queue.name) return Promise.resolve(queue);
  const known = siblings.get(queue) ?? new Map<string, Promise<Queue>>();
  siblings.set(queue, known);
  const opened = known.get(lane) ?? openLane(queue, lane);
  known.set(lane, opened);
  // The next caller gets another try.
  opened.catch(() => known.delete(lane));
  return opened;
}

async function openLane(queue: Queue, lane: string): Promise<Queue> {
  const connection = await queue.getBackend().client;
  const { prefix, skipMetasUpdate } = queue.opts;
  const opened = new Queue(queueNameOf(lane), {
    connection,
    ...(prefix !== undefined && { prefix }),
    ...(skipMetasUpdate !== undefined && { skipMetasUpdate }),
  });
  opened.on('error', () => undefined);
  return opened;
}

/** As in lane-names.ts; a queue knows its prefix, not its campaign. */
const keyOf = ({ opts }: Queue): string => `${opts.prefix}:${queueNameOf(defaultLane)}:lanes`;

/** One queue per lane, the default one first. */
export async function listLaneQueues(queue: Queue): Promise<Queue[]> {
  const client = await queue.getBackend().client;
  const named = Object.keys(await client.hgetall(keyOf(queue)));
  const others = named.filter((lane) => lane !== defaultLane).toSorted();
  return [queue, ...(await Promise.all(others.map((lane) => queueOfLane(queue, lane))))];
}

/** Notes lanes before the first job is added to them: a job in a lane that nobody knows would never be settled. */
export async function noteLanes(queue: Queue, lanes: ReadonlySet<string>): Promise<void> {
  const others = [...lanes].filter((lane) => lane !== defaultLane);
  if (others.length === 0) return;
  const client = await queue.getBackend().client;
  await client.hset(keyOf(queue), Object.fromEntries(others.map((lane) => [lane, ''])));
}

/** The queue on which this job is, of whatever lane. */
export async function findJobQueue(queue: Queue, jobId: string): Promise<Queue | undefined> {
  for (const one of await listLaneQueues(queue)) if ((await one.getJob(jobId)) !== undefined) return one;
  return undefined;
}

/** Over all lanes. */
export async function countWaiting(queue: Queue): Promise<number> {
  const counts = await Promise.all((await listLaneQueues(queue)).map((one) => one.getWaitingCount()));
  return counts.reduce((sum, count) => sum + count, 0);
}
