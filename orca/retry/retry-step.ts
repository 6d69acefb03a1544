import { z } from 'zod';
import type { Remedy } from '../../core/job/remedy.ts';
import { areRivals, convergerSettings, convergerWords, isSameWord } from './converger-words.ts';

/** In the spelling of the list, so that two spellings are one word. */
function knownAs(list: readonly string[], what: string) {
  return (text: string, context: z.RefinementCtx): string => {
    const known = list.find((word) => isSameWord(word, text));
    if (known !== undefined) return known;
    const message = `a retry may not touch '${text}': it changes the way to convergence, nothing else; ${what}: ${list.join(', ')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
}

const word = z.string().transform(knownAs(convergerWords, 'words'));

/** One value without blanks, or that of the nested `Shift`. `end` would close the block. */
const settingValue = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .refine(
    (text) => /^(?!end$)[A-Za-z0-9.+-]+$/i.test(text) || /^Shift [\d.]+ ErrOff [\d.]+ end$/i.test(text),
    "must be one value, or for Shift 'Shift 0.2 ErrOff 0.1 end'",
  );

const settings = z.record(z.string(), settingValue).transform((map, context) => {
  const rename = knownAs(convergerSettings, 'settings of %scf');
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [rename(key, context), value]));
});

/** One rung of a ladder, as it is written in the table of defaults and in `oact.yaml`; `{}` is the same again. */
export const retryStepSchema = z.strictObject({
  /** What to begin with, of the record's earlier runs; `none`: nothing, although a rung before said so. */
  restart: z.enum(['none', 'orbitals', 'geometry', 'both']).optional(),
  /** Words for the `!` line; those that they exclude give way. */
  words: z.array(word).optional(),
  /** Words to take away. */
  without: z.array(word).optional(),
  scf: settings.optional(),
  /** That part of the slot's cores as ranks; each gets so much more memory. */
  ranks: z.number().gt(0).max(1).optional(),
});

export type RetryStep = z.input<typeof retryStepSchema>;

type Of<Kind extends Remedy['kind']> = Extract<Remedy, { kind: Kind }>;

function find<Kind extends Remedy['kind']>(remedies: readonly Remedy[], kind: Kind): Of<Kind> | undefined {
  return remedies.find((remedy): remedy is Of<Kind> => remedy.kind === kind);
}

/** What the next attempt does otherwise: all that this one did, and the step. At most one remedy of each kind. */
export function addStep(remedies: readonly Remedy[], step: RetryStep): Remedy[] {
  const scf = { ...find(remedies, 'scf')?.settings, ...stringify(step.scf) };
  const share = Math.min(step.ranks ?? 1, find(remedies, 'fewer_ranks')?.share ?? 1);
  return [
    ...restartOf(remedies, step),
    ...wordsOf(remedies, step),
    ...(Object.keys(scf).length > 0 ? [{ kind: 'scf' as const, settings: scf }] : []),
    ...(share < 1 ? [{ kind: 'fewer_ranks' as const, share }] : []),
  ];
}

function restartOf(remedies: readonly Remedy[], { restart }: RetryStep): Remedy[] {
  const before = find(remedies, 'restart');
  if (restart === undefined) return before ? [before] : [];
  if (restart === 'none') return [];
  const isBoth = restart === 'both';
  return [
    {
      kind: 'restart',
      orbitals: isBoth || restart === 'orbitals',
      geometry: isBoth || restart === 'geometry',
    },
  ];
}

function wordsOf(remedies: readonly Remedy[], { words = [], without = [] }: RetryStep): Remedy[] {
  const before = find(remedies, 'words');
  const givesWay = (one: string): boolean =>
    words.some((other) => areRivals(one, other)) || without.some((other) => isSameWord(one, other));
  const add = [...(before?.add ?? []).filter((one) => !givesWay(one)), ...words];
  const isAdded = (one: string): boolean => add.some((other) => isSameWord(one, other));
  const remove = [...new Set([...(before?.remove ?? []), ...without])].filter((one) => !isAdded(one));
  return add.length + remove.length === 0 ? [] : [{ kind: 'words', add, remove }];
}

const stringify = (scf: RetryStep['scf'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(scf).map(([key, value]) => [key, String(value)]));
