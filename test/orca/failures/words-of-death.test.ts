import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../../tools/bench/corpus/read-corpus.ts';
import { describeVerdict } from '../../../orca/verdict/describe-verdict.ts';
import { catalogue, failureClasses, signedClasses } from '../../../orca/failures/catalogue.ts';
import { classesInRun, endMarker, head, modules, readLines, readText } from '../an-output.ts';
import { footerOf, readWordings } from './death-wordings.ts';

const corpus = readCorpus();
const wordings = readWordings();

const taxonomyFile = join(import.meta.dirname, '../../../../shared/reference/orca-taxonomy.json');
const hasTaxonomy = existsSync(taxonomyFile);

function readTaxonomy(): { category: string; regex: string; flags: string }[] {
  return JSON.parse(readFileSync(taxonomyFile, 'utf8'));
}

describe('the words of a death', () => {
  test('are known for every class', () => {
    const known = new Set(wordings.map((wording) => wording.class));
    expect(known).toEqual(new Set(signedClasses));
  });

  test.each(wordings)('$class of ORCA $version: $lines', ({ class: name, version, lines, module }) => {
    const footer = module === undefined ? [] : footerOf(version, module);
    const verdict = describeVerdict('orca.out', readLines(head(), modules(16), [...lines], footer), '');
    expect(verdict).toMatchObject({ outcome: 'failed', class: name });
    expect(verdict.line).not.toMatch(/^\s*$/);
  });

  test.each(wordings)(
    '$class in stderr explains a bare footer: $lines',
    ({ class: name, version, lines }) => {
      const output = readLines(head(), modules(16), footerOf(version, 'LEANSCF'));
      expect(describeVerdict('orca.out', output, readLines([...lines]))).toMatchObject({ class: name });
    },
  );

  test.each([
    'UCX  ERROR shmget(size=2097152 flags=0xfb0) for mm_recv_desc failed: No space left on device',
    'WARNING [Contract_2_4_4_CalcBatching]: Out of memory according to MaxCore limit!',
    'INSUFFICIENT MEMORY MAY LEAD TO SLOW PERFORMANCE OR CRASHES.',
    'WARNING - LOW MEMORY !!!',
    'The wavefunction IS NOT YET CONVERGED! It shows however signs of convergence.',
    '[vm:23985] [[12623,0],0] ORTE_ERROR_LOG: Out of resource in file ../../../orte/util/show_help.c at line 501',
    'Startup error  ...  DIIS Error ... Density fitting error',
  ])('are not: %s', (line) => {
    const verdict = describeVerdict('orca.out', readLines(head(), modules(16), line), '');
    expect(verdict.class).toBe('killed_midrun');
    const good = [
      'SCF CONVERGED AFTER  17 CYCLES',
      line,
      'FINAL SINGLE POINT ENERGY      -814.1',
      ...endMarker,
    ];
    expect(describeVerdict('orca.out', readLines(head(), good), '').outcome).toBe('completed');
  });
});

test('phrases are in lower case and patterns keep no state', () => {
  for (const name of failureClasses) {
    for (const { phrase, pattern } of catalogue[name].signs) {
      expect(phrase).toBe(phrase.toLowerCase());
      expect(pattern?.global ?? false).toBe(false);
    }
  }
});

test.skipIf(!hasTaxonomy)('the classes and their order are those of the taxonomy', () => {
  const known = readTaxonomy().map(({ category }) => category);
  expect(signedClasses.filter((name) => known.includes(name))).toEqual(known);
});

test.skipIf(!hasTaxonomy || corpus === undefined)(
  'every real output shows the signs that the taxonomy sees in it',
  () => {
    const taxonomy = readTaxonomy().map(({ category, regex }) => ({
      category,
      pattern: new RegExp(regex, 'im'),
    }));
    const wrong: string[] = [];
    for (const { name, bytes } of corpus?.filter((entry) => entry.bytes.length < 1_000_000) ?? []) {
      const text = bytes.toString('utf8');
      const lastRun = text.slice(Math.max(0, text.lastIndexOf('* O   R   C   A *')));
      const withoutEcho = lastRun.replace(/^\|.*$/gm, '');
      const expected = taxonomy
        .filter(({ pattern }) => pattern.test(withoutEcho))
        .map(({ category }) => category);
      const seen = classesInRun(readText(bytes));
      if (seen.toSorted().join() !== expected.toSorted().join())
        wrong.push(`${name}: ${expected.join()}, seen ${seen.join()}`);
    }
    expect(wrong).toEqual([]);
  },
);
