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

  const energyPhrase = 'FINAL SINGLE POINT ENERGY';
  test.each([
    ['blank', () => ''],
    ['stars', () => '     ************'],
    ['stars without a blank', () => '********************'],
    ['not a number', () => '          nan'],
    ['infinite', () => '         -inf'],
    ['minus zero', () => '      -0.000000000000'],
    ['cut before its point', (energy: string) => `     ${energy.split('.')[0]}`],
    ['cut behind its point', (energy: string) => `     ${energy.split('.')[0]}.`],
    ['torn apart', (energy: string) => `     ${energy.slice(0, 4)} ${energy.slice(4)}`],
    ['torn apart in its decimals', (energy: string) => `     ${energy.slice(0, -6)} ${energy.slice(-6)}`],
    ['twice in one', (energy: string) => `     ${energy}${energy}`],
    ['run into other words', (energy: string) => `     ${energy}[node7:4711]`],
    ['with another exponent', (energy: string) => `     ${energy}E+01`],
    ['of a hexadecimal', () => '     0x1F.8'],
    ['with a comma', (energy: string) => `     ${energy.replace('.', ',')}`],
  ])('a last energy that is %s: never another number', (_, change) => {
    const wrong = samples.flatMap(({ name, bytes }) => {
      const text = bytes.toString('latin1');
      const begin = text.lastIndexOf(energyPhrase) + energyPhrase.length;
      const energy = /^\s+(-?\d+\.\d+)[ \r]*\n/.exec(text.slice(begin, begin + 80))?.[1];
      if (energy === undefined) return [];
      const mutated = text.slice(0, begin) + change(energy) + text.slice(text.indexOf('\n', begin));
      const verdict = describeVerdict('', readText(Buffer.from(mutated, 'latin1')), '');
      return verdict.outcome === 'completed' && verdict.finalEnergyHartree !== null
        ? [`${name}: ${verdict.finalEnergyHartree}`]
        : [];
    });
    expect(wrong).toEqual([]);
  });

  test('with a block that was never written: refused or doubted', () => {
    const wrong = samples.flatMap(({ name, bytes }) =>
      parts.flatMap((part) => {
        const begin = Math.floor((bytes.length * part) / 4096) * 4096;
        const mutated = Buffer.from(bytes).fill(0, begin, Math.min(begin + 4096, bytes.length));
        const { outcome, warnings } = describeVerdict('', readText(mutated), '');
        const isSaid = outcome === 'failed' || warnings.some((warning) => warning.startsWith('damaged: '));
        return isSaid ? [] : [`${name} ${begin}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('with DOS line ends: the same verdict', { timeout: 240_000 }, () => {
    expect(judgeSamples(withCrlf)).toEqual(judgeSamples((bytes) => bytes));
  });
});
