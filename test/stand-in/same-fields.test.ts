import { describe, expect, test } from 'vitest';
import { type CorpusEntry, readCorpus } from '../../tools/bench/corpus/read-corpus.ts';
import type { OutputProgress } from '../../core/progress/job-progress.ts';
import { describeVerdict } from '../../orca/verdict/describe-verdict.ts';
import { createOutputReader } from '../../orca/output/read-output.ts';
import { createProgressFollower } from '../../orca/progress/read-progress.ts';
import { runStandIn } from './run-stand-in.ts';
import { aGradientInput } from './sample-inputs.ts';

const corpus = readCorpus() ?? [];

/** Phases that only calculations of another kind have; the stand-in does none of these. */
const beyondUs = new Set(['correlation', 'excited states', 'NBO', 'response', 'frequencies', 'integrals']);

const says = (value: unknown): boolean =>
  value !== null &&
  value !== '' &&
  value !== 0 &&
  value !== false &&
  !(Array.isArray(value) && value.length === 0);

/** Names of all that is read of an output: facts, fields of the verdict, phases and parts of its progress. */
function fieldsOf(bytes: Buffer): string[] {
  const reader = createOutputReader();
  reader.push(bytes);
  const facts = reader.finish();
  const verdict = describeVerdict('orca.out', facts, '');
  const follower = createProgressFollower();
  const seen = new Set<string>();
  for (let start = 0; start < bytes.length; start += 200) {
    follower.push(bytes.subarray(start, start + 200));
    for (const name of progressFields(follower.read())) seen.add(name);
  }
  return [...told('fact ', facts), ...told('verdict ', verdict), ...seen].filter(
    (name) => !['fact isStandIn', 'fact earlierRuns', 'verdict warnings'].includes(name),
  );
}

function told(prefix: string, parts: object | null): string[] {
  return Object.entries(parts ?? {})
    .filter(([, value]) => says(value))
    .map(([name]) => `${prefix}${name}`);
}

function progressFields({ phase, scf, optimization }: OutputProgress): string[] {
  return [
    ...(beyondUs.has(phase) ? [] : [`phase ${phase}`]),
    ...told('progress scf.', scf),
    ...told('progress optimization.', optimization),
  ];
}

const common = (lists: string[][]): string[] =>
  (lists[0] ?? []).filter((name) => lists.every((list) => list.includes(name)));

describe.skipIf(corpus.length === 0).each(['4.2.1', '5.0.4', '6.1.0'])(
  'ORCA %s and the stand-in',
  (version) => {
    test.each([
      ['sp', 'SP'],
      ['grad', 'EnGrad'],
      ['opt', 'Opt'],
    ])('what every real %s says, the stand-in says too', async (kind, word) => {
      const isAlike = ({ truth }: CorpusEntry): boolean =>
        truth['outcome'] === 'ok' && truth['kind'] === kind && truth['orca_version']?.[0] === version[0];
      const real = corpus.filter(isAlike);
      // Where the corpus has none of a kind, there is nothing to compare with.
      const expected = common(real.map(({ bytes }) => fieldsOf(bytes)));
      const { out } = await runStandIn({
        input: aGradientInput({ words: word, processCount: 2 }),
        env: { OACT_STANDIN_VERSION: version, OACT_STANDIN_SECONDS: '0' },
      });
      const read = fieldsOf(Buffer.from(out, 'latin1'));
      expect(expected.length >= 20 || real.length === 0).toBe(true);
      expect(expected.filter((name) => !read.includes(name))).toEqual([]);
    });
  },
);
