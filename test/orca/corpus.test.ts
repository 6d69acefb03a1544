import { describe, expect, test } from 'vitest';
import type { Calculation } from '../../core/calculation.ts';
import { judge } from '../../orca/judge.ts';
import type { CorpusEntry } from './corpus.ts';
import { hasCorpus, readCorpus } from './corpus.ts';
import { readText } from './an-output.ts';

const corpus = readCorpus();

/** What the corpus calls a normal end that is no success, in the words of our failure classes. */
const classOf: Record<string, string> = {
  ok: 'completed',
  ok_zero_energy: 'result_missing',
  ok_suspicious: 'suspicious_result',
  ok_subjob: 'suspicious_result',
};

/** Kinds of run that oact never asks for; the run type they are judged by is the one ORCA announces. */
const foreignKinds: Record<string, Calculation['runType']> = { numfreq: 'gradient' };
const unjudgeableKinds = new Set(['scan']);

function askedRunType(kind: string): Calculation['runType'] {
  if (kind.includes('opt')) return 'optimization';
  return kind.includes('grad') ? 'gradient' : (foreignKinds[kind] ?? 'single_point');
}

function judgeEntry({ bytes, truth }: CorpusEntry): string {
  const runType = askedRunType(truth['kind'] ?? '');
  // ORCA's own exit code is not known, and 0 is what it says after most failures.
  const { outcome } = judge({ output: readText(bytes), stderr: '', runType, exitCode: 0, signal: null });
  return outcome.kind === 'failed' ? outcome.class : outcome.kind;
}

describe.skipIf(!hasCorpus)('the corpus of real outputs', () => {
  test('every output gets the outcome that a person gave it', () => {
    const wrong: string[] = [];
    const judged = corpus.filter(({ truth }) => !unjudgeableKinds.has(truth['kind'] ?? ''));
    for (const entry of judged) {
      const truth = entry.truth['outcome'] ?? '';
      const verdict = judgeEntry(entry);
      if (verdict !== (classOf[truth] ?? truth)) wrong.push(`${entry.name}: ${truth}, judged ${verdict}`);
    }
    expect(judged.length).toBeGreaterThan(120);
    expect(wrong).toEqual([]);
  });

  test('energy, run time, gradient and ranks are those of the index', () => {
    const wrong: string[] = [];
    for (const { name, bytes, truth } of corpus) {
      const facts = readText(bytes);
      const compare = (column: string, value: number | null): void => {
        const expected = truth[column] ?? '';
        if (expected === '' ? value !== null : Number(expected) !== value) {
          wrong.push(`${name} ${column}: ${expected}, read ${value}`);
        }
      };
      compare('energy_eh', facts.finalEnergyHartree);
      compare('runtime_s', facts.totalRunTimeSeconds);
      compare('max_gradient', facts.maxGradientHartreePerBohr);
      // The index says 1 for every serial run, ORCA says nothing.
      if (truth['nprocs'] !== '1') compare('nprocs', facts.ranks);
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['orca6.1.0__oact__orca_direct_example_logs', 0.0001282697, 56, -670.534993289315, 79.073, 6],
    ['orca6.1.0__oact__files_logs', 0.000137424, 128, -626.605298577892, 195.373, 4],
  ])("%s gives the existing system's metrics", (name, gradient, scfCycles, energy, wallTime, ranks) => {
    const entry = corpus.find((candidate) => candidate.name.endsWith(`${name}.out`));
    const output = readText(entry?.bytes ?? '');
    const { metrics } = judge({ output, stderr: '', runType: 'optimization', exitCode: 0, signal: null });
    expect(metrics).toMatchObject({
      maxGradientHartreePerBohr: gradient,
      scfCycles,
      finalEnergyHartree: energy,
      wallTimeSeconds: wallTime,
      ranks,
      program: 'orca 6.1.0',
    });
  });

  test('any chunks give the same facts', () => {
    for (const { name, bytes } of corpus.filter((entry) => entry.bytes.length < 300_000)) {
      const whole = readText(bytes);
      for (const size of [7, 4096, 65_537])
        expect(readText(bytes, size), `${name} by ${size}`).toEqual(whole);
    }
  });
});
