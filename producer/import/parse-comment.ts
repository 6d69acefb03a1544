import { OactError } from '../../core/errors.ts';
import { parseCharge, parseMultiplicity, parseUnpaired } from './parse-row-numbers.ts';

/** What a comment line of an XYZ file says about its structure; undefined for what it does not say. */
export type CommentFacts = {
  charge: number | undefined;
  /** 2S+1 */
  multiplicity: number | undefined;
  /** It says `spin=…`, by which some programs mean 2S+1 and others the unpaired electrons. */
  hasSpin: boolean;
  /** Column list of the extended XYZ form, `species:S:1:pos:R:3:forces:R:3`. */
  properties: string | undefined;
};

const pair = /([A-Za-z_]\w*)\s*[=:]\s*("[^"]*"|'[^']*'|[^\s,;]+)/g;

/**
 * Reads `charge=2 multiplicity=1`, `charge: 2, mult: 3`, `unpaired=2`, or the two bare numbers `2 1`, among
 * any other words.
 * @throws OactError IMPORT_ROW_INVALID when a value is no whole number or out of range
 */
export function parseComment(comment: string): CommentFacts {
  const bare = /^\s*([+-]?\d+)\s+(\d+)\s*$/.exec(comment);
  const words = new Map<string, string>();
  for (const [, key = '', value = ''] of comment.matchAll(pair)) {
    words.set(key.toLowerCase(), value.replaceAll(/^["']|["']$/g, ''));
  }
  const find = (...keys: string[]): string | undefined =>
    keys.map((key) => words.get(key)).find((value) => value !== undefined);
  const charge = bare?.[1] ?? find('charge', 'total_charge');
  const multiplicity = bare?.[2] ?? find('multiplicity', 'mult', 'spin_multiplicity', 'spinmult');
  const unpaired = find('unpaired', 'n_unpaired', 'uhf');
  const stated = parseMultiplicity(multiplicity ?? '');
  const derived = parseUnpaired(unpaired ?? '');
  if (stated !== null && derived !== null && stated !== derived) {
    throw new OactError(
      'IMPORT_ROW_INVALID',
      `its comment line says multiplicity ${stated} but ${derived - 1} unpaired electrons`,
    );
  }
  return {
    charge: parseCharge(charge ?? '') ?? undefined,
    multiplicity: stated ?? derived ?? undefined,
    hasSpin: words.has('spin'),
    properties: find('properties'),
  };
}
