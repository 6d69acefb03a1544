import type { ChaosWorld } from '../chaos-world.ts';

/** Longer than a lock of production, in either direction, or back to the true time. */
const steps = [-7200, -1200, -30, 0, 30, 1200, 7200];

/** As a virtual machine does that was suspended. Not back: the jobs of dead consumers would wait longer by as much. */
export function stepRedisClock(world: ChaosWorld): void {
  redisSeconds += world.random.pick([1, 30, 1200, 7200]) ?? 0;
  world.redisClock?.step(redisSeconds);
}
let redisSeconds = 0;

/** The clock of a node or of the login node steps, as at the first contact with a time server. */
export function stepClock(world: ChaosWorld): void {
  world.random.pick(world.clocks)?.step(world.random.pick(steps) ?? 0);
}
