import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import { isAlive } from '../../consumer/programs.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { expectRight } from './judge-window.ts';
import { signalWithGuard, stop } from '../signal-oact.ts';
import { openWindow, startWindowRedis } from './start-window.ts';

describe.skipIf(!hasPrograms('redis-server'))(
  'a consumer that is paused for longer than its lock',
  { timeout: 60_000 },
  () => {
    let redis: ChaosRedis;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      ({ redis, remove } = await startWindowRedis());
    });
    afterAll(() => remove());

    it('has its ORCA stopped by its guard before another one starts', async () => {
      const window = await openWindow(redis, 2);
      await window.enqueue();
      const zombie = window.consume();
      const first = await window.started('c1-a1', 1);
      zombie.child.kill('SIGSTOP');
      const finishing = window.finish({ orcaEnds: false });
      await window.started('c1-a1', 2);
      expect(isAlive(first.pid)).toBe(false);
      zombie.child.kill('SIGCONT');
      // Awake again, it is a consumer like any other, and has forgotten its job.
      await expect.poll(() => zombie.output().stderr, { timeout: 10_000 }).toMatch(/lock lost|handed back/);
      window.letOrcaEnd();
      await finishing;
      expect(await stop(zombie)).toBe(75);
      await expectRight(window, 3);
    });

    it('with its guard: it stops its ORCA as soon as it wakes up', async () => {
      const window = await openWindow(redis, 2);
      await window.enqueue();
      const zombie = window.consume();
      const first = await window.started('c1-a1', 1);
      signalWithGuard(window.dir, zombie, 'SIGSTOP');
      const finishing = window.finish({ orcaEnds: false });
      const second = await window.started('c1-a1', 2);
      expect(isAlive(first.pid)).toBe(true);
      signalWithGuard(window.dir, zombie, 'SIGCONT');
      await expect.poll(() => isAlive(first.pid), { timeout: 10_000 }).toBe(false);
      expect(isAlive(second.pid)).toBe(true);
      window.letOrcaEnd();
      await finishing;
      expect(await stop(zombie)).toBe(75);
      await expectRight(window, 3);
    });

    it('and whose ORCA ended meanwhile reports the result that counts already, and is refused', async () => {
      const window = await openWindow(redis, 2);
      await window.enqueue();
      const zombie = window.consume();
      const first = await window.started('c1-a1', 1);
      signalWithGuard(window.dir, zombie, 'SIGSTOP');
      window.letOrcaEnd(first.runDir);
      await window.finish();
      const settled = window.rows();
      signalWithGuard(window.dir, zombie, 'SIGCONT');
      await expect.poll(() => zombie.output().stderr, { timeout: 10_000 }).toMatch(/refused|lock lost/);
      expect(await stop(zombie)).toBe(75);
      expect(window.rows()).toEqual(settled);
      await expectRight(window, 3);
    });
  },
);
