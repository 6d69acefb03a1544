import { z } from 'zod';
import { atomicNumberOf } from '../structure/elements.ts';

/** One word of the `!` line. What ends a word, a line or a block would change the rest of the input. */
export const inputWord = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9()+*,._/-]*$/, 'must be one word of letters, digits and ()+*,._/-');

/** Stands between quotes in `%basis`. */
const setName = /^[A-Za-z0-9][A-Za-z0-9()+*,_/-]*$/;
/** ASCII without blanks, quotes and `#`, which would end the name or begin a comment. */
const filePath = /^\/[A-Za-z0-9_.,+=:@~/-]*$/;

export const isBasisFile = (name: string): boolean => name.startsWith('/');

/** A basis set that ORCA knows by name, or a file that it reads: absolute, because ORCA runs elsewhere. */
export const basisSetName = z
  .string()
  .refine(
    (name) => setName.test(name) || filePath.test(name),
    'must be the name of a basis set that ORCA knows, or the absolute path of a basis file without blanks',
  );

/** null and the text `none`: all electrons. */
export const ecpName = z.preprocess(
  (value) => (typeof value === 'string' && /^(?:none|null)$/i.test(value) ? null : value),
  z.string().regex(setName, 'must be the name of an ECP that ORCA knows, or none').nullable(),
);

/** A map by element symbol. */
export function byElement<T extends z.ZodType>(value: T) {
  return z.record(z.string(), value).superRefine((map, context) => {
    for (const key of Object.keys(map).filter((symbol) => atomicNumberOf(symbol) === undefined)) {
      const message = `'${key}' is not the symbol of an element, such as U or Cl`;
      context.addIssue({ code: 'custom', message, path: [key] });
    }
  });
}
