import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../tools/bench/corpus/read-corpus.ts';
import { jobProgressSchema, type OutputProgress } from '../../core/progress/job-progress.ts';
import { createProgressFollower } from '../../orca/progress/read-progress.ts';
import { cycle, head, readText, scfTable } from './an-output.ts';

const inPieces = (bytes: Buffer, sizes: () => number): OutputProgress[] => {
  const follower = createProgressFollower();
  // The same buffer is filled again and again, as a reader of files does.
  const piece = Buffer.alloc(1 << 20);
  const seen: OutputProgress[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = Math.min(sizes(), bytes.length - at);
    bytes.copy(piece, 0, at, at + size);
    follower.push(piece.subarray(0, size));
    seen.push(follower.read());
    piece.fill(0x23, 0, size);
    at += size;
  }
  return seen;
};

test('how the output is cut makes no difference, and a prefix is read as in the whole', () => {
  const lines = [head(), cycle(1), scfTable, 'SCF CONVERGED AFTER  14 CYCLES', cycle(2), scfTable];
  const bytes = Buffer.from(`${lines.flat().join('\r\n')}\r\n`);
  const byBytes = inPieces(bytes, () => 1);
  expect(byBytes).toHaveLength(bytes.length);
  for (const size of [2, 7, 64, 1000, bytes.length]) {
    inPieces(bytes, () => size).forEach((progress, index) => {
      expect(progress).toEqual(byBytes[Math.min((index + 1) * size, bytes.length) - 1]);
    });
  }
});

/** Sizes from 1 byte to 64 kB, the same in every run. */
function pseudoRandomSizes(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return 1 + Math.floor(2 ** (16 * (state / 2 ** 31)));
  };
}

const corpus = readCorpus() ?? [];
describe.skipIf(corpus.length === 0)('real outputs of ORCA 4, 5 and 6', () => {
  // A last line without its end may still grow.
  const samples = corpus.map(({ name, bytes }) => ({
    name,
    bytes: Buffer.concat([bytes, Buffer.from('\n')]),
  }));

  test('agree with the reader of whole outputs: SCF, cycles, end', () => {
    const wrong: unknown[] = [];
    const kinds = { scf: 0, cycles: 0, done: 0 };
    for (const { name, bytes } of samples) {
      const facts = readText(bytes);
      const last = inPieces(bytes, () => 65_536).at(-1);
      if (!last) continue;
      const { scf, optimization, phase } = last;
      if (facts.lastScf !== null && scf?.converged !== null) {
        kinds.scf += 1;
        const ended = { cycles: scf?.iteration, converged: scf?.converged };
        if (ended.cycles !== facts.lastScfCycles || ended.converged !== (facts.lastScf === 'converged'))
          wrong.push({ name, ended, facts: facts.lastScfCycles });
      }
      if (optimization) kinds.cycles += 1;
      if ((optimization?.cycle ?? null) !== facts.optimizationCycles) wrong.push({ name, optimization });
      if (phase === 'done') kinds.done += 1;
      if ((phase === 'done') !== facts.endedNormally) wrong.push({ name, phase });
    }
    expect(wrong).toEqual([]);
    expect(kinds.scf).toBeGreaterThan(90);
    expect(kinds.cycles).toBeGreaterThan(25);
    expect(kinds.done).toBeGreaterThan(75);
  });

  test('the last row of an SCF is the one with which it converged', () => {
    const wrong: unknown[] = [];
    let rows = 0;
    for (const { name, bytes } of samples) {
      let before: OutputProgress['scf'] = null;
      for (const { scf } of inPieces(bytes, () => 257)) {
        if (scf?.converged === true && before?.number === scf.number && before.converged === null) {
          rows += 1;
          // From 0 before ORCA 6; a last evaluation may have no row, and TRAH counts its small steps, too.
          const missing = scf.iteration - before.iteration;
          if (missing < 0 || (missing > 3 && scf.iteration < 24)) wrong.push({ name, before, scf });
        }
        before = scf;
      }
    }
    expect(rows).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  });

  test('are read alike in any pieces, and what is said can be announced', () => {
    for (const [index, { name, bytes }] of samples.entries()) {
      const whole = inPieces(bytes, () => 1 << 20).at(-1);
      const pieces = inPieces(bytes, pseudoRandomSizes(index + 1));
      expect({ name, progress: pieces.at(-1) }).toEqual({ name, progress: whole });
      const seen = { seenAt: new Date().toISOString(), silentSeconds: 0, busyCores: 1, stalledSince: null };
      const isFit = pieces.every((progress) => jobProgressSchema.safeParse({ ...progress, ...seen }).success);
      expect({ name, isFit }).toEqual({ name, isFit: true });
    }
  });
});

test('bytes that no ORCA writes do no harm', () => {
  const next = pseudoRandomSizes(7);
  for (let round = 0; round < 200; round++) {
    const junk = Buffer.from(Array.from({ length: 400 }, () => next() % 256));
    const text = [
      head(),
      cycle(1),
      scfTable,
      '  9999999999 -1.0 -1e999 3 ',
      'SCF CONVERGED AFTER  99999999999999999999 CYCLES',
    ];
    const progress = inPieces(Buffer.concat([Buffer.from(text.flat().join('\n')), junk]), next).at(-1);
    expect(progress?.scf?.iteration).toBe(3);
  }
});
