import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCorpus } from '../../tools/bench/corpus/read-corpus.ts';
import { describeVerdict } from '../../orca/verdict/describe-verdict.ts';
import type { OutputFacts } from '../../orca/output/output-facts.ts';
import { createOutputReader } from '../../orca/output/read-output.ts';
import { standInPath } from '../support/run-oact.ts';
import { readText } from './an-output.ts';

interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Lines in whose middle and at whose ends an output is cut on purpose. */
const markers =
  /\* O {3}R {3}C {3}A \*|END OF INPUT|FINAL SINGLE POINT ENERGY|SCF (?:NOT )?CONVERGED|MAX gradient|S\*\*2|OPTIMIZATION RUN DONE|HURRAY|error termination|TERMINATED NORMALLY|TOTAL RUN TIME/g;

/** They never change once they are known, but in a file that holds several runs. */
const constant = [
  'version',
  'inputName',
  'keywords',
  'kind',
  'requestedRanks',
  'maxCoreMb',
  'runBanner',
] as const;

/** They only grow. */
const growing = ['energyCount', 'scfCycles', 'optimizationCycles'] as const;

/** The value of a prefix is one that the whole output prints; none is cut. */
const printed: readonly [
  'finalEnergyHartree' | 'maxGradientHartreePerBohr' | 's2' | 'spinContamination' | 'charge' | 'multiplicity',
  RegExp,
][] = [
  ['finalEnergyHartree', /FINAL SINGLE POINT ENERGY(?:\s+\([^)]*\))?\s+(\S+)/g],
  ['maxGradientHartreePerBohr', /MAX gradient\s+\.\.\.\s+(\S+)/g],
  ['s2', /Expectation value of <S\*\*2>\s+:\s+(\S+)/g],
  ['spinContamination', /Deviation\s+:\s+(\S+)/g],
  ['charge', /Total Charge\s+Charge\s+\.+\s+(\S+)|^\|\s*\d+>\s*\*\s*\w+\s+(\S+)|charge\s+(-?\d+)/gim],
  ['multiplicity', /Multiplicity\s+Mult\s+\.+\s+(\S+)|^\|\s*\d+>\s*\*\s*\w+\s+\S+\s+(\S+)|mult\s+(\d+)/gim],
];

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'oact-properties-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each([
  ['real outputs', () => readCorpus() ?? []],
  ['outputs of the stand-in', makeStandInOutputs],
])('%s', (_name, makeSamples) => {
  test('a prefix never completes a run, and agrees with the whole', { timeout: 240_000 }, (context) => {
    const samples = makeSamples();
    if (samples.length === 0) context.skip('there is no corpus of real outputs');
    const wrong = samples.flatMap((sample) => listContradictions(sample));
    expect(wrong).toEqual([]);
  });

  test('any chunks give the same facts', { timeout: 240_000 }, (context) => {
    const samples = makeSamples();
    if (samples.length === 0) context.skip('there is no corpus of real outputs');
    const random = createRandom(7);
    const different = samples.flatMap(({ name, bytes }) => {
      const whole = readText(bytes);
      return [20_000, bytes.length < 60_000 ? 9 : 1000]
        .filter((size) => !isDeepStrictEqual(readInRandomChunks(bytes, random, size), whole))
        .map((size) => `${name}, chunks of at most ${size} bytes`);
    });
    expect(different).toEqual([]);
  });
});

test('300 MB need no more memory than 3 MB', { timeout: 240_000 }, () => {
  const table = Buffer.from(' 12C   1pz        0.123456  -0.234567   0.345678\n'.repeat(20_000));
  const energies = Buffer.from(
    'FINAL SINGLE POINT ENERGY      -814.123456789012\nSCF CONVERGED AFTER  17 CYCLES\n',
  );
  const endless = Buffer.alloc(1_000_000, 'std::bad_alloc ');
  const reader = createOutputReader();
  const push = (times: number): void => {
    for (let round = 0; round < times; round++)
      for (const chunk of [table, energies, endless]) reader.push(chunk);
  };
  push(10);
  const before = process.memoryUsage.rss();
  push(150);
  expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
  expect(reader.finish()).toMatchObject({ energyCount: 160, scfCycles: 160 * 17 });
});

/** What a prefix may not say. */
function listContradictions({ name, bytes }: Sample): string[] {
  const wrong: string[] = [];
  const whole = readText(bytes);
  const text = bytes.toString('latin1');
  const end = text.lastIndexOf('TOTAL RUN TIME');
  const banner = '* O   R   C   A *';
  const beginningOfLast = text.lastIndexOf(banner) + banner.length;
  for (const length of chooseLengths(text)) {
    const prefix = readText(bytes.subarray(0, length));
    const { outcome } = describeVerdict(name, prefix, '');
    const isWhole = end !== -1 && length > end && prefix.totalRunTimeSeconds !== null;
    if (outcome === 'completed' && !isWhole) wrong.push(`${name}, ${length} bytes: completed`);
    if (length < beginningOfLast && whole.earlierRuns > 0) continue;
    wrong.push(...compare(prefix, whole, text).map((what) => `${name}, ${length} bytes: ${what}`));
  }
  return wrong;
}

function compare(prefix: OutputFacts, whole: OutputFacts, text: string): string[] {
  const changed = constant.filter((fact) => prefix[fact] !== null && prefix[fact] !== whole[fact]);
  const shrunk = growing.filter((fact) => (prefix[fact] ?? 0) > (whole[fact] ?? 0));
  const invented = printed.filter(([fact, pattern]) => {
    const values = [...text.matchAll(pattern)].flatMap((match) => match.slice(1).map(Number));
    return prefix[fact] !== null && !values.includes(prefix[fact]);
  });
  return [...changed, ...shrunk, ...invented.map(([fact]) => fact)];
}

/** Spread over the output, and around every kind of marker. */
function chooseLengths(text: string): number[] {
  const lengths = new Set(
    Array.from({ length: 8 }, (_, part) => Math.floor((text.length * (part + 0.5)) / 8)),
  );
  const seen = new Map<string, number>();
  for (const { index, 0: marker } of text.matchAll(markers)) {
    const times = seen.get(marker) ?? 0;
    seen.set(marker, times + 1);
    // The first and the last of each: an optimisation has hundreds.
    if (times > 0 && text.indexOf(marker, index + 1) !== -1) continue;
    for (const offset of [0, 5, marker.length, marker.length + 12, marker.length + 25])
      lengths.add(index + offset);
  }
  return [...lengths].filter((length) => length < text.length);
}

function readInRandomChunks(bytes: Buffer, random: () => number, largest: number): OutputFacts {
  const reader = createOutputReader();
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random() * largest);
    // A copy that is overwritten afterwards: the reader may keep nothing of a chunk.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    reader.push(chunk);
    chunk.fill(0);
    at += size;
  }
  return reader.finish();
}

/** Numbers from 0 to 1 that are the same in every run of the test. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function makeStandInOutputs(): Sample[] {
  const fates = [
    '',
    'scf_not_converged',
    'memory_maxcore',
    'crash_module',
    'opt_not_converged',
    'input_keyword',
    'crlf',
    'nonutf8',
  ];
  return fates.map((fate) => {
    writeFileSync(join(dir, 'orca.inp'), '! HF def2-SVP Opt\n* xyz 0 1\nO 0 0 0\nH 0 0 1\nH 0 0.9 -0.3\n*\n');
    const env = {
      ...process.env,
      OACT_STANDIN_SECONDS: '0',
      ...(fate === '' ? {} : { OACT_STANDIN_FAIL: fate }),
    };
    return { name: fate === '' ? 'good' : fate, bytes: runStandIn(env) };
  });
}

function runStandIn(env: NodeJS.ProcessEnv): Buffer {
  try {
    return execFileSync(standInPath, ['orca.inp'], { cwd: dir, env, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // A refused input ends with a code of its own.
    if (error instanceof Error && 'stdout' in error && Buffer.isBuffer(error.stdout)) return error.stdout;
    throw error;
  }
}
