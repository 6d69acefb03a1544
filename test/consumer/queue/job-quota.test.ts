import { describe, expect, it } from 'vitest';
import { createJobQuota } from '../../../consumer/queue/job-quota.ts';

const never = new AbortController().signal;

describe('how many jobs a consumer runs', () => {
  it('is unlimited without a limit', async () => {
    const quota = createJobQuota(null);
    for (let index = 0; index < 100; index += 1) expect(await quota.take(never)).toBe(true);
  });

  it('counts what ended, and lets another be taken for what went back to the queue', async () => {
    const quota = createJobQuota(2);
    expect([await quota.take(never), await quota.take(never)]).toEqual([true, true]);
    const third = quota.take(never);
    quota.ended('completed');
    quota.ended('fault');
    expect(await third).toBe(true);
    const fourth = quota.take(never);
    quota.ended('failed');
    expect(await fourth).toBe(false);
  });

  it('a queue with nothing to take uses none of it', async () => {
    const quota = createJobQuota(1);
    await quota.take(never);
    quota.foundNothing();
    expect(await quota.take(never)).toBe(true);
  });

  it('waits no longer than until the drain begins', async () => {
    const quota = createJobQuota(1);
    await quota.take(never);
    const drain = new AbortController();
    const second = quota.take(drain.signal);
    drain.abort();
    expect(await second).toBe(false);
  });
});
