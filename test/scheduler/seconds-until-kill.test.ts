import { expect, it } from 'vitest';
import { secondsUntilKill } from '../../scheduler/schedulers.ts';

it.each([
  ['SIGUSR1', 'slurm', undefined],
  ['SIGINT', 'slurm', undefined],
  ['SIGTERM', 'slurm', 8],
  ['SIGTERM', 'pbs', 6],
  ['SIGTERM', 'flux', 0.2],
  ['SIGALRM', 'flux', 0.2],
  ['SIGUSR1', 'flux', undefined],
  ['SIGTERM', null, undefined],
] as const)('%s of %s leaves %s s', (signal, scheduler, seconds) => {
  expect(secondsUntilKill(signal, scheduler)).toBe(seconds);
});
