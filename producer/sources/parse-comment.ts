import { OactError } from '../../core/errors.ts';
import type { ColumnOptions } from './find-columns.ts';
import { parseName } from '../tables/parse-name.ts';
import { parseCharge, parseMultiplicity, parseUnpaired } from '../import/parse-row-numbers.ts';

/** What a comment line of an XYZ file says about its structure; null or undefined for what it does not say. */
export type CommentFacts = {
  charge: number | null;
  /** 2S+1 */
  multiplicity: number | null;
  /** The key by which some programs mean 2S+1 and others the unpaired electrons, as it is written. */
  unclearSpin: string | undefined;
  /** `name=…`, or the only word that is no `key=value`. */
  name: string | null;
  /** All `key=value` pairs, keys in lower case. */
  words: ReadonlyMap<string, string>;
  /** Column list of the extended XYZ form, `species:S:1:pos:R:3:forces:R:3`. */
  properties: string | undefined;
};

const pair = /([A-Za-z_]\w*)\s*[=:]\s*("[^"]*"|'[^']*'|\{[^}]*\}|[^\s,;]+)/g;

/** Keys that mean the same; the first that a comment has counts, and two must not contradict each other. */
const keys = {
  charge: ['charge', 'total_charge', 'tot_charge', 'net_charge', 'molecular_charge', 'q', 'chg'],
  multiplicity: ['multiplicity', 'mult', 'spin_multiplicity', 'spinmult', 'spinmultiplicity'],
  unpaired: ['unpaired', 'n_unpaired', 'unpaired_electrons', 'uhf'],
  unclear: ['spin', 'total_spin'],
  name: ['name', 'refcode', 'id', 'label', 'title', 'comment', 'identifier'],
};

/** The keys that a user names with the flags of a table's columns. */
export type CommentKeys = Pick<
  ColumnOptions,
  'chargeColumn' | 'multiplicityColumn' | 'unpairedColumn' | 'nameColumn' | 'keyColumn'
>;

/**
 * Reads `charge=2 multiplicity=1`, `charge: 2, mult: 3`, `unpaired=2`, or the two bare numbers `2 1`, among
 * any other words.
 * @param given keys that hold it, instead of the usual ones
 * @throws OactError IMPORT_ROW_INVALID when a value is no whole number or out of range, or two contradict each other
 */
export function parseComment(comment: string, given: CommentKeys = {}): CommentFacts {
  const bare = /^\s*([+-]?\d+)\s+(\d+)\s*$/.exec(comment);
  const words = readPairs(comment);
  const find = (usual: readonly string[], key?: string): string | undefined => {
    const wanted = key === undefined ? usual : [key.toLowerCase()];
    const said = wanted.flatMap((name) => words.get(name) ?? []);
    const other = said.find((value) => value !== said[0]);
    if (other === undefined || usual === keys.name) return said[0];
    throw invalid(`its comment line gives both ${said[0]} and ${other} for the ${wanted[0]}`);
  };
  const charge = bare?.[1] ?? find(keys.charge, given.chargeColumn);
  const isUnpaired = given.unpairedColumn !== undefined;
  const multiplicity =
    bare?.[2] ?? (isUnpaired ? undefined : find(keys.multiplicity, given.multiplicityColumn));
  const unpaired = find(keys.unpaired, given.unpairedColumn);
  const stated = parseMultiplicity(multiplicity ?? '');
  const derived = parseUnpaired(unpaired ?? '');
  if (stated !== null && derived !== null && stated !== derived)
    throw invalid(`its comment line gives multiplicity ${stated} but ${derived - 1} unpaired electrons`);
  const said = find(keys.name, given.nameColumn);
  return {
    charge: parseCharge(charge ?? ''),
    multiplicity: stated ?? derived,
    unclearSpin: keys.unclear.find((key) => words.has(key)),
    name: parseName(said ?? (given.nameColumn === undefined ? loneWord(comment) : '')),
    words,
    properties: words.get('properties'),
  };
}

/** @throws OactError IMPORT_ROW_INVALID when a key stands twice with two values */
function readPairs(comment: string): Map<string, string> {
  const words = new Map<string, string>();
  for (const [, key = '', quoted = ''] of comment.matchAll(pair)) {
    const name = key.toLowerCase();
    const value = quoted.replaceAll(/^["']|["']$/g, '');
    const before = words.get(name);
    if (before !== undefined && before !== value)
      throw invalid(`its comment line gives ${key}=${before} and ${key}=${value}`);
    words.set(name, value);
  }
  return words;
}

/** The one word beside the pairs, if it has a letter: `UCl4-7 charge=0 multiplicity=3`. */
function loneWord(comment: string): string {
  const rest = comment.replaceAll(pair, ' ').trim();
  return /^[^\s,;]*[A-Za-z][^\s,;]*$/.test(rest) ? rest : '';
}

function invalid(message: string): OactError {
  return new OactError('IMPORT_ROW_INVALID', message);
}
