import { expect, it } from 'vitest';
import { startDelayMs } from '../../scheduler/spread-start.ts';

it.each([
  ['alone', 1, 1, 0],
  ['the last of 32', 32, 1, 160],
  ['the first of 32', 32, 0, 0],
  ['the last of many', 10_000, 1, 3000],
])('%s (%i nodes, drawn %d) waits %i ms', (_, nodes, draw, ms) => {
  expect(startDelayMs(nodes, draw)).toBe(ms);
});
