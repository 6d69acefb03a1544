import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureRules } from '../../orca/failure-classes.ts';
import { readText } from './an-output.ts';
import { hasCorpus, readCorpus } from './corpus.ts';

const taxonomyFile = join(import.meta.dirname, '../../../shared/reference/orca-taxonomy.json');
const hasTaxonomy = existsSync(taxonomyFile);

function readTaxonomy(): { category: string; regex: string; flags: string }[] {
  return JSON.parse(readFileSync(taxonomyFile, 'utf8'));
}

test('phrases are in lower case and patterns keep no state', () => {
  for (const { signs } of failureRules) {
    for (const { phrase, pattern } of signs) {
      expect(phrase).toBe(phrase.toLowerCase());
      expect(pattern?.global ?? false).toBe(false);
    }
  }
});

test.skipIf(!hasTaxonomy)('the classes and their order are those of the taxonomy', () => {
  expect(failureRules.map((rule) => rule.class)).toEqual(readTaxonomy().map(({ category }) => category));
});

test.skipIf(!hasTaxonomy || !hasCorpus)(
  'every real output shows the signs that the taxonomy sees in it',
  () => {
    const taxonomy = readTaxonomy().map(({ category, regex }) => ({
      category,
      pattern: new RegExp(regex, 'im'),
    }));
    const wrong: string[] = [];
    for (const { name, bytes } of readCorpus().filter((entry) => entry.bytes.length < 1_000_000)) {
      const text = bytes.toString('utf8');
      const lastRun = text.slice(Math.max(0, text.lastIndexOf('* O   R   C   A *')));
      const withoutEcho = lastRun.replace(/^\|.*$/gm, '');
      const expected = taxonomy
        .filter(({ pattern }) => pattern.test(withoutEcho))
        .map(({ category }) => category);
      const seen = Object.keys(readText(bytes).failuresInRun);
      if (seen.toSorted().join() !== expected.toSorted().join())
        wrong.push(`${name}: ${expected.join()}, seen ${seen.join()}`);
    }
    expect(wrong).toEqual([]);
  },
);
