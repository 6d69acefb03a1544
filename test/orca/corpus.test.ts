import { describe, expect, test } from 'vitest';
import { columns, compareOutput, isHit } from '../../tools/bench/corpus/compare-corpus.ts';
import { explainedMisses } from '../../tools/bench/corpus/explained-misses.ts';
import { type CorpusEntry, readCorpus } from '../../tools/bench/corpus/read-corpus.ts';
import type { Calculation } from '../../core/job/calculation.ts';
import { metricsSchema } from '../../core/job/result.ts';
import { judge } from '../../orca/verdict/judge.ts';
import { readText } from './an-output.ts';

const corpus = readCorpus() ?? [];

const isExplained = ({ file, column }: { file: string; column: string }): boolean =>
  explainedMisses.some(({ files, columns: names }) => files.includes(file) && names.includes(column));

describe.skipIf(corpus.length === 0)('the corpus of real outputs', () => {
  test('every column of the index is read, or the miss is explained', () => {
    const misses = corpus.flatMap(compareOutput).filter((cell) => !isHit(cell));
    expect(corpus.length).toBeGreaterThan(120);
    expect(columns.length).toBe(18);
    expect(misses.filter((miss) => !isExplained(miss))).toEqual([]);
  });

  test('an explanation shows the line that proves it', () => {
    const unproved = explainedMisses.flatMap(({ files, proof }) =>
      files.filter((file) => {
        const text = corpus.find(({ name }) => name === file)?.bytes.toString('latin1') ?? '';
        return proof !== null && !text.split(/\r?\n/).some((line) => proof.test(line));
      }),
    );
    expect(unproved).toEqual([]);
  });

  test('a run of ours is judged alike, by the run type that was asked for', () => {
    const runTypes: Record<string, Calculation['runType']> = {
      sp: 'single_point',
      grad: 'gradient',
      opt: 'optimization',
    };
    const wrong: string[] = [];
    for (const { name, bytes, truth } of corpus) {
      const runType = runTypes[truth['kind'] ?? ''];
      if (runType === undefined) continue;
      const evidence = { output: readText(bytes), stderr: '', exitCode: 0, signal: null };
      const own = judge({ ...evidence, runType }).outcome;
      const foreign = judge({ ...evidence, runType: null }).outcome;
      if (JSON.stringify(own) !== JSON.stringify(foreign)) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['orca6.1.0__oact__orca_direct_example_logs', 0.0001282697, 56, -670.534993289315, 79.073, 6],
    ['orca6.1.0__oact__files_logs', 0.000137424, 128, -626.605298577892, 195.373, 4],
  ])("%s gives the existing system's metrics", (name, gradient, scfCycles, energy, wallTime, ranks) => {
    expect(measure(`/${name}.out`)).toMatchObject({
      maxGradientHartreePerBohr: gradient,
      scfCycles,
      finalEnergyHartree: energy,
      wallTimeSeconds: wallTime,
      ranks,
      program: 'orca 6.1.0',
    });
  });

  test('metrics of the rest', () => {
    const optimized = measure('orca6.1.0__oact__orca_direct_example_logs.out');
    expect(optimized).toMatchObject({
      optimizationCycles: 3,
      optimizationConverged: true,
      s2: 15.798706,
      runTimeSeconds: 79.893,
    });
    expect(optimized.scfCyclesOfEach.reduce((sum, cycles) => sum + cycles, 0)).toBe(56);
    expect(measure('fe2_quintet.out.gz')).toMatchObject({ optimizationConverged: false });
  });
});

function measure(nameEnd: string) {
  const entry: CorpusEntry | undefined = corpus.find(({ name }) => name.endsWith(nameEnd));
  const output = readText(entry?.bytes ?? '');
  const { metrics } = judge({ output, stderr: '', runType: null, exitCode: null, signal: null });
  return metricsSchema.parse(metrics);
}
