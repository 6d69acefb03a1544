/** What is wrong with settings, one line per mistake: which key, what it may be, which key or word was probably meant. */
import type { z } from 'zod';
import { describeAllowed, keysOf, listKeys, schemaAt } from './describe-schema.ts';
import { nearestWord } from './nearest-word.ts';

/** How zod's own messages begin; they speak of types, not of settings. */
const zodsOwn = /^(?:Invalid |Too (?:small|big)|Unrecognized )/;

/** One mistake. */
export interface Mistake {
  /** The key, or the section of an unknown key with that key at the end. */
  path: readonly PropertyKey[];
  text: string;
}

/** @param schema what refused `raw` */
export function explainIssues(error: z.core.$ZodError, schema: z.core.$ZodType, raw: unknown): Mistake[] {
  return error.issues.flatMap((issue) => explainIssue(issue, schema, raw));
}

/** The same as one line. */
export function listMistakes(error: z.core.$ZodError, schema: z.core.$ZodType, raw: unknown): string {
  return explainIssues(error, schema, raw)
    .map(({ text }) => text)
    .join('; ');
}

function explainIssue(issue: z.core.$ZodIssue, schema: z.core.$ZodType, raw: unknown): Mistake[] {
  const { path } = issue;
  const name = nameOf(path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], text: explainKey(path, key, schema) }));
  // Words that were written for this setting say more than its type does.
  if (issue.code === 'custom' || !zodsOwn.test(issue.message))
    return [{ path, text: name === '' ? issue.message : `${name}: ${issue.message}` }];
  const value = valueAt(raw, path);
  const found = value === undefined ? '' : `, not ${show(path, value)}`;
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String);
    const near = typeof value === 'string' ? nearestWord(value, known) : undefined;
    const meant = near === undefined ? '' : `. Did you mean ${near}?`;
    return [{ path, text: `${name} is one of ${known.join(', ')}${found}${meant}` }];
  }
  const at = schemaAt(schema, path);
  const allowed = at === undefined ? issue.message : describeAllowed(at);
  if (value === undefined) return [{ path, text: `${name} is missing: ${allowed}` }];
  return [{ path, text: `${name === '' ? 'it' : name} is ${allowed}${found}` }];
}

const lastOf = (key: string): string => key.slice(key.lastIndexOf('.') + 1);

function explainKey(path: readonly PropertyKey[], key: string, schema: z.core.$ZodType): string {
  const name = nameOf(path);
  const known = keysOf(schemaAt(schema, path));
  const words = name === '' ? `there is no setting '${key}'` : `${name} has no setting '${key}'`;
  const near = nearestWord(key, known);
  if (near !== undefined) return `${words}. Did you mean ${name === '' ? near : `${name}.${near}`}?`;
  // A key may stand in the wrong section.
  const all = listKeys(schema);
  const word = nearestWord(key, all.map(lastOf));
  const elsewhere = all.filter((one) => word !== undefined && lastOf(one) === word);
  if (elsewhere.length > 0) return `${words}. Did you mean ${elsewhere.join(' or ')}?`;
  return `${words}. ${name === '' ? 'Settings' : `Settings of ${name}`} are ${known.join(', ')}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return value;
}

/** The value as the user wrote it, shortened; a URL may hold a password, so nothing of it is repeated. */
function show(path: readonly PropertyKey[], value: unknown): string {
  if (path.some((key) => /url|secret|password/i.test(String(key)))) return 'what stands there';
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
