// No mutation of a good run that lost its end is completed, and one that only changed its line ends still is.
import { describe, expect, test } from 'vitest';
import { describeVerdict } from '../../orca/verdict/describe-verdict.ts';
import { readCorpus } from '../../tools/bench/corpus/read-corpus.ts';
import { readText } from './an-output.ts';

interface Mutation {
  readonly name: string;
  readonly bytes: Buffer;
}

/** All of the corpus with OACT_ALL_MUTATIONS=1; else a sample, the same in every run. */
const takesAll = process.env['OACT_ALL_MUTATIONS'] === '1';
const sampleSize = 18;
const largestBytes = takesAll ? Infinity : 600_000;

const banner = '* O   R   C   A *';
const marker = '****ORCA TERMINATED NORMALLY****';

const good = (readCorpus() ?? [])
  .filter(({ bytes }) => bytes.length <= largestBytes)
  .filter(({ bytes }) => describeVerdict('', readText(bytes), '').outcome === 'completed');
const step = takesAll ? 1 : Math.max(1, Math.floor(good.length / sampleSize));
const samples = good.filter((_, index) => index % step === 0);

/** The bytes up to a place, and from a place on. */
const parts = [0.07, 0.2, 0.45, 0.7, 0.9, 0.985];

function cutEnds(bytes: Buffer): Mutation[] {
  const end = bytes.lastIndexOf(marker);
  const places = [...parts.map((part) => Math.floor(end * part)), end - 1, end + 12];
  return places.map((place) => ({ name: `cut at ${place}`, bytes: bytes.subarray(0, place) }));
}

function cutBehindMarker(bytes: Buffer): Mutation[] {
  const end = bytes.lastIndexOf(marker) + marker.length;
  return [0, 1, 9].map((more) => ({
    name: `cut ${more} behind the marker`,
    bytes: bytes.subarray(0, end + more),
  }));
}

/** A second attempt, appended to the output of the first, that does not come to its end. */
function appendCutCopies(bytes: Buffer): Mutation[] {
  const begin = bytes.lastIndexOf('\n', bytes.lastIndexOf(banner));
  const behind = bytes.indexOf('\n', bytes.lastIndexOf(banner));
  const end = bytes.lastIndexOf(marker);
  return parts.flatMap((part) => {
    const place = behind + Math.floor((end - behind) * part);
    return [
      {
        name: `with ${part} of a copy behind it`,
        bytes: Buffer.concat([bytes, bytes.subarray(begin, place)]),
      },
      {
        name: `with ${part} of a copy without banner behind it`,
        bytes: Buffer.concat([bytes, bytes.subarray(behind, place)]),
      },
      {
        name: `with the copy from ${part} to its marker behind it`,
        bytes: Buffer.concat([bytes, bytes.subarray(place, end)]),
      },
    ];
  });
}

const withCrlf = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1');

const judgeSamples = (change: (bytes: Buffer) => Buffer) =>
  samples.map(({ name, bytes }) => describeVerdict(name, readText(change(bytes)), ''));

describe.skipIf(samples.length === 0)('mutations of real good runs', () => {
  test('the sample is worth its name', () => {
    expect(samples.length).toBeGreaterThanOrEqual(takesAll ? 70 : 15);
  });

  test.each([
    ['cut off', cutEnds],
    ['cut between marker and run time', cutBehindMarker],
    ['followed by another attempt', appendCutCopies],
    ['with DOS line ends, cut off', (bytes: Buffer) => cutEnds(withCrlf(bytes))],
    ['with DOS line ends, followed by another attempt', (bytes: Buffer) => appendCutCopies(withCrlf(bytes))],
  ])('%s: never completed', { timeout: takesAll ? 1_200_000 : 120_000 }, (_, mutate) => {
    const wrong = samples.flatMap(({ name, bytes }) =>
      mutate(bytes)
        .filter((mutation) => describeVerdict('', readText(mutation.bytes), '').outcome === 'completed')
        .map((mutation) => `${name} ${mutation.name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('with DOS line ends: the same verdict', { timeout: 240_000 }, () => {
    expect(judgeSamples(withCrlf)).toEqual(judgeSamples((bytes) => bytes));
  });
});
