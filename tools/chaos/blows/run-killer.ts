import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import { type Blow, blows } from './blows.ts';

/** The mean time between two blows; a short run strikes faster, so that it has one whole round. */
const usualPauseSeconds = 1.5;

/** Strikes for that long, then waits until the last blow is over. @returns how often each kind was struck */
export async function runKiller(
  world: ChaosWorld,
  seconds: number,
  stop?: AbortSignal,
): Promise<Map<string, number>> {
  const counts = new Map(blows.map(({ name }) => [name, 0]));
  const possible = blows.filter(({ lacks }) => lacks?.(world) === undefined);
  const round = possible.flatMap((blow) => Array<Blow>(blow.times).fill(blow));
  const pauseMs = 1000 * Math.min(usualPauseSeconds, (0.9 * seconds) / round.length);
  const deadline = Date.now() + seconds * 1000;
  const underWay: Promise<void>[] = [];
  const turns = { storage: Promise.resolve(), command: Promise.resolve(), cluster: Promise.resolve() };
  let deck: Blow[] = [];
  const isOver = (): boolean => Date.now() >= deadline || stop?.aborted === true;
  while (!isOver()) {
    if (deck.length === 0) deck = world.random.shuffle(round);
    const blow = deck.pop();
    if (!blow) break;
    await delay(pauseMs * world.random.between(0.5, 1.5));
    const strike = async (): Promise<void> => {
      // On a slow machine those that wait for their turn would continue for long after the time is over.
      if (isOver()) return;
      counts.set(blow.name, (counts.get(blow.name) ?? 0) + 1);
      await blow.strike(world);
    };
    // One that has to wait for its turn does not hold up the others.
    const struck = blow.exclusive ? turns[blow.exclusive].then(strike) : strike();
    if (blow.exclusive) turns[blow.exclusive] = struck;
    underWay.push(struck);
  }
  await Promise.all(underWay);
  return counts;
}

/** Kinds of blows that cannot be struck on this machine, each with the reason. */
export function listLeftOut(world: ChaosWorld): string[] {
  return blows.flatMap(({ name, lacks }) => {
    const lack = lacks?.(world);
    return lack === undefined ? [] : [`${name} (${lack})`];
  });
}
