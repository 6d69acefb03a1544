import { setTimeout as delay } from 'node:timers/promises';
import { readDataVersion } from '../../workflow/database/data-version.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { listEndingsSince } from '../../workflow/reports/list-endings.ts';
import type { Ending, WatchOptions } from './oact.d.ts';

/** A settlement may be committed this much later than it is dated: it waits for the write lock, and clocks of nodes differ. */
const lateMs = 120_000;

/** Asks the database, not the queue: what is reported has been settled, and a queue that is down hides nothing. */
export async function* watchEndings(
  workflow: Workflow,
  { signal, intervalSeconds = 1, since = new Date(), untilDone = false }: WatchOptions,
): AsyncGenerator<Ending> {
  let told = new Map(
    listEndingsSince(workflow, new Date(since.getTime() - lateMs).toISOString())
      .filter(({ at }) => Date.parse(at) < since.getTime())
      .map((one) => [keyOf(one), one.at]),
  );
  let from = new Date(since.getTime() - lateMs);
  let version: number | undefined;
  for (;;) {
    if (signal?.aborted === true) return;
    const now = readDataVersion(workflow);
    if (now !== version) {
      version = now;
      // Counted before the endings are read: what ends between the two is reported now, and the watch ends the next time.
      const { to_run: waiting, running } = countByStatus(workflow);
      const endings = listEndingsSince(workflow, from.toISOString());
      for (const ending of endings) {
        if (told.has(keyOf(ending))) continue;
        told.set(keyOf(ending), ending.at);
        yield ending;
      }
      const newest = endings.at(-1)?.at;
      if (newest !== undefined) from = new Date(Math.max(from.getTime(), Date.parse(newest) - lateMs));
      told = new Map([...told].filter(([, at]) => Date.parse(at) >= from.getTime()));
      if (untilDone && waiting + running === 0) return;
    }
    await delay(intervalSeconds * 1000, undefined, { ...(signal && { signal }) }).catch(() => undefined);
  }
}

const keyOf = ({ id, attempt }: Pick<Ending, 'id' | 'attempt'>): string => `${id} ${attempt}`;
