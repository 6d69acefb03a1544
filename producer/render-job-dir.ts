import { hostname } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { OactError } from '../core/errors.ts';

/** The values a job directory pattern may use; the existing system's names. */
export interface JobDirValues {
  id: number;
  orig_index: number | null;
  formula: string;
  charge: number;
  /** The multiplicity 2S+1, as the column `spin` holds it. */
  spin: number;
}

const placeholders = ['hostname', 'orig_index', 'id', 'formula', 'charge', 'spin'];

/**
 * Checks a pattern and puts the prefix before it: `job_{orig_index}` → `wave2_job_{orig_index}`.
 * @throws OactError USAGE on an unknown placeholder or a prefix that is not a plain name
 */
export function checkJobDirPattern(pattern: string, prefix?: string): string {
  if (prefix !== undefined && !/^[A-Za-z0-9._-]+$/.test(prefix)) {
    throw new OactError('USAGE', `'${prefix}' cannot be a job prefix`, {
      hint: 'Use letters, digits, dots, underscores and hyphens.',
    });
  }
  const unknown = pattern
    .replaceAll(new RegExp(`\\{(${placeholders.join('|')})\\}`, 'g'), '')
    .match(/[{}]\w*\}?/);
  if (unknown || pattern === '') {
    throw new OactError(
      'USAGE',
      `the job directory pattern '${pattern}' has an unknown placeholder${unknown ? ` ${unknown[0]}` : ''}`,
      {
        hint: `Known: ${placeholders.map((name) => `{${name}}`).join(' ')}.`,
      },
    );
  }
  return prefix === undefined ? pattern : `${prefix}_${pattern}`;
}

/** The directory's name below the job root. A record without orig_index gets `None`, as the existing system writes it. */
export function renderJobDirName(pattern: string, values: JobDirValues): string {
  const texts: Record<string, string> = {
    hostname: pattern.includes('{hostname}') ? hostname() : '',
    orig_index: values.orig_index === null ? 'None' : String(values.orig_index),
    id: String(values.id),
    formula: values.formula,
    charge: String(values.charge),
    spin: String(values.spin),
  };
  return pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => texts[name] ?? '');
}

/**
 * The absolute job directory of a record: the one in the database, unless `reroot`; else root and pattern.
 * @returns undefined when it would lie outside the job root
 */
export function placeJobDir(jobRoot: string, name: string, fromDatabase: string | null): string | undefined {
  // A relative path says nothing: it was meant from where another tool was started.
  const isKnown = fromDatabase !== null && isAbsolute(fromDatabase);
  const path = isKnown ? resolve(fromDatabase) : join(jobRoot, name);
  const below = relative(jobRoot, path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? undefined : path;
}
