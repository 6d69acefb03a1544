import type { Remedy } from '../../core/job/remedy.ts';
import { addStep, type RetryStep } from './retry-step.ts';

/** What a rung of a ladder adds. */
export function describeStep(step: RetryStep): string {
  return step.restart === 'none'
    ? `afresh, ${describeRemedies(addStep([], step))}`.replace(', the same again', '')
    : describeRemedies(addStep([], step));
}

/** What an attempt does otherwise, in words: `from its orbitals, SlowConv, MaxIter 500`. */
export function describeRemedies(remedies: readonly Remedy[]): string {
  const parts = remedies.flatMap(describe);
  return parts.length === 0 ? 'the same again' : parts.join(', ');
}

function describe(remedy: Remedy): string[] {
  if (remedy.kind === 'restart') return [describeRestart(remedy)];
  if (remedy.kind === 'words') return [...remedy.add, ...remedy.remove.map((word) => `without ${word}`)];
  if (remedy.kind === 'fewer_ranks') return [describeShare(remedy.share)];
  return Object.entries(remedy.settings).map(([name, value]) => describeSetting(name, value));
}

function describeRestart({ orbitals, geometry }: Extract<Remedy, { kind: 'restart' }>): string {
  if (orbitals && geometry) return 'from its last geometry and orbitals';
  return geometry ? 'from its last geometry' : 'from its orbitals';
}

/** `Shift Shift 0.2 ErrOff 0.1 end` is two settings in one. */
function describeSetting(name: string, value: string): string {
  return value.startsWith(`${name} `) ? value.replace(/ end$/i, '') : `${name} ${value}`;
}

function describeShare(share: number): string {
  if (share === 0.5) return 'half the ranks';
  if (share === 0.25) return 'a quarter of the ranks';
  return `${Math.round(share * 100)} % of the ranks`;
}
