import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import { logPathOf, type SupervisedOact } from '../supervise-oact.ts';

const herdSize = 6;
/** Node starts six times at once on a machine that is busy. */
const longestMs = 60_000;

/** Several consumers of one node start in the same moment, work for a while, and leave together. */
export async function startHerd(world: ChaosWorld): Promise<void> {
  const herd = Array.from({ length: herdSize }, (_, index) =>
    world.startHerdMember(`herd-${world.nextNumber()}-${index}`),
  );
  const deadline = Date.now() + longestMs;
  while (!herd.every((member) => hasStarted(world, member)) && Date.now() < deadline) await delay(200);
  await delay(world.random.between(0, 3) * 1000);
  world.herd.push(...herd);
  await Promise.all(herd.map((consumer) => consumer.retire()));
}

function hasStarted({ dir }: ChaosWorld, { name, exits }: SupervisedOact): boolean {
  return exits.size > 0 || readFileSync(logPathOf(dir, name), 'utf8').includes('consumer started');
}

/** Members of herds that missed a directory which another one had just removed: their node was called unfit for nothing. */
export function listMisled({ dir, herd }: ChaosWorld): string[] {
  return herd.flatMap(({ name }) => {
    const line = readFileSync(logPathOf(dir, name), 'utf8')
      .split('\n')
      .find((text) => text.includes('ENOENT'));
    return line === undefined ? [] : [`${name}: ${line}`];
  });
}

/** Until it has heard that it is to leave: ten seconds, on a busy machine. */
const hearMs = 40_000;

/** A consumer of the release before, which cannot read the jobs of this one: it is asked to drain, and its jobs come again. */
export async function startOldConsumer(world: ChaosWorld): Promise<void> {
  const old = world.startOldConsumer?.(`old-${world.nextNumber()}`);
  if (!old) return;
  world.old.push(old);
  const deadline = Date.now() + hearMs;
  while (old.exits.size === 0 && Date.now() < deadline) await delay(200);
  await old.retire();
}
