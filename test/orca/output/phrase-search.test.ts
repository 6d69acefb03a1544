import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../../tools/bench/corpus/read-corpus.ts';
import { failurePhrases } from '../../../orca/output/collect-failures.ts';
import { factReaders } from '../../../orca/output/fact-readers.ts';
import { buildPhraseSearch, findWindow, listPhrases, runPhrase } from '../../../orca/output/phrase-search.ts';

const phrases = [...new Set([...failurePhrases, ...factReaders.map(({ phrase }) => phrase)])];
const search = buildPhraseSearch(phrases);

const listed = (text: string): string[] => listPhrases(search, Buffer.from(text, 'latin1')).toSorted();

describe('the phrase search', () => {
  test.each(phrases)('finds %j in small letters and capitals, at both ends and inside', (phrase) => {
    for (const text of [phrase, phrase.toUpperCase(), `x${phrase}`, `${phrase}x`, ` ${phrase} ${phrase}`]) {
      expect(listed(text)).toContain(phrase);
    }
    expect(listed(phrase.slice(1))).not.toContain(phrase);
    expect(listed(phrase.slice(0, -1))).not.toContain(phrase);
  });

  test('finds several in one line, overlapping ones too', () => {
    expect(listed('rank 0 exited on signal 9 (Killed): out of memory: killed')).toEqual([
      ': out of memory',
      'exited on signal ',
      'out of memory',
      'out of memory: killed',
    ]);
  });

  test('finds nothing in nothing, and in texts shorter than any phrase', () => {
    for (const text of ['', 'x', 'std::', '    ']) expect(listed(text)).toEqual([]);
  });

  test('passes bytes above ASCII', () => {
    const bytes = Buffer.concat([
      Buffer.alloc(500, 0xff),
      Buffer.from('std::bad_alloc'),
      Buffer.alloc(9, 0xc3),
    ]);
    expect(listPhrases(search, bytes)).toEqual(['std::bad_alloc']);
  });

  test('looks at the bytes it was told to', () => {
    const bytes = Buffer.from('std::bad_alloc std::bad_alloc');
    const last = search.window - 1;
    const first = findWindow(search, bytes, last, bytes.length);
    expect(findWindow(search, bytes, first + 1, bytes.length)).toBe(first + 'std::bad_alloc '.length);
    expect(findWindow(search, bytes, last, 'std::bad_allo'.length)).toBe(-1);
  });
});

const corpus = readCorpus();

test.skipIf(corpus === undefined)('finds in real outputs what a plain search finds', () => {
  const wrong: string[] = [];
  for (const { name, bytes } of corpus?.filter((entry) => entry.bytes.length < 100_000) ?? []) {
    for (const line of bytes.toString('latin1').split('\n')) {
      const lower = line.toLowerCase();
      const run = line.includes('* O   R   C   A *') ? [runPhrase] : [];
      const plain = [...run, ...phrases.filter((phrase) => lower.includes(phrase))].toSorted();
      if (listed(line).join('|') !== plain.join('|')) wrong.push(`${name}: ${line}`);
    }
  }
  expect(wrong).toEqual([]);
});
