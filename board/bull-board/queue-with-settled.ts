import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';

type Options = ConstructorParameters<typeof BullMQAdapter>[1];
type Jobs = ReturnType<BullMQAdapter['getJobs']>;
type Statuses = Parameters<BullMQAdapter['getJobs']>[0];

const ended = ['completed', 'failed'] as const;

/**
 * A queue as Bull Board shows it: under Completed and Failed stand the jobs that are not settled yet, and behind them the newest settled
 * ones, which lie in a queue of their own.
 */
export class QueueWithSettled extends BullMQAdapter {
  readonly #live: Queue;
  readonly #settled: Queue;

  constructor(live: Queue, settled: Queue, options: Options) {
    super(live, options);
    this.#live = live;
    this.#settled = settled;
  }

  override async getJob(id: string): ReturnType<BullMQAdapter['getJob']> {
    return (await this.#live.getJob(id)) ?? this.#settled.getJob(id);
  }

  override async getJobCounts(): ReturnType<BullMQAdapter['getJobCounts']> {
    const [live, settled] = await Promise.all([super.getJobCounts(), this.#settled.getJobCounts(...ended)]);
    const sum = (name: (typeof ended)[number]): number => (live[name] ?? 0) + (settled[name] ?? 0);
    return { ...live, completed: sum('completed'), failed: sum('failed') };
  }

  override async getJobs(statuses: Statuses, start = 0, end = -1): Jobs {
    const live = await super.getJobs(statuses, start, end);
    const wanted = ended.filter((name) => statuses.includes(name));
    if (wanted.length === 0) return live;
    // Of several statuses at once, Bull Board asks for the first few of each.
    if (statuses.length > 1) return [...live, ...(await this.#listSettled(wanted, start, end))];
    if (end >= 0 && live.length > end - start) return live;
    const before = await this.#live.getJobCountByTypes(...wanted);
    const from = Math.max(0, start - before);
    return [...live, ...(await this.#listSettled(wanted, from, end < 0 ? end : end - before))];
  }

  async #listSettled(names: (typeof ended)[number][], start: number, end: number): Jobs {
    const jobs = await this.#settled.getJobs(names, start, end);
    return jobs.filter((job) => job !== undefined && job !== null);
  }
}
