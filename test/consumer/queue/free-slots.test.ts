import { expect, it } from 'vitest';
import { createFreeSlots } from '../../../consumer/queue/free-slots.ts';

const slots = [0, 1, 2].map((slot) => ({ slot, cores: [slot] }));
const [first, second, third] = slots;

it('hands out the lowest free slot', async () => {
  const free = createFreeSlots(slots);
  expect(await free.take()).toBe(first);
  expect(await free.take()).toBe(second);
  expect(await free.take()).toBe(third);
  if (third && first) [third, first].forEach((slot) => free.giveBack(slot));
  expect(await free.take()).toBe(first);
});

it('waits until a slot is given back', async () => {
  const free = createFreeSlots(slots.slice(0, 1));
  const slot = await free.take();
  const waiting = free.take();
  if (slot) free.giveBack(slot);
  expect(await waiting).toBe(slot);
});

it('hands out nothing after close, not even to one who waits', async () => {
  const free = createFreeSlots(slots.slice(0, 1));
  await free.take();
  const waiting = free.take();
  free.close();
  expect(await waiting).toBeUndefined();
  const stillFree = createFreeSlots(slots);
  stillFree.close();
  expect(await stillFree.take()).toBeUndefined();
});
