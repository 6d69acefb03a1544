import { describe, expect, it } from 'vitest';
import { expectEnd } from '../../../packing/predict/expect-end.ts';
import { learnTimes } from '../../../packing/predict/learn-times.ts';
import { predictorOf } from '../../../packing/predict/predict-time.ts';
import { createUniform, drawRuns, lawOf, shapeOf } from './synthetic-runs.ts';

const model = learnTimes(drawRuns(300, 0.4));
const predict = predictorOf(model);
const sizes = Array.from({ length: 40 }, (_, index) => 3 + index);
const sample = sizes.flatMap((carbons) => predict(shapeOf(carbons)) ?? []);

describe('the expected end', () => {
  it.each([40, 400, 20_000])('of %i jobs on 8 slots holds the true one in its band', (count) => {
    const end = expectEnd(model, { waiting: [{ count, sample }], running: [], slots: 8 });
    const draw = createUniform(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    const work = Array.from(
      { length: count },
      (_, index) => lawOf(shapeOf(3 + (index % 40))) * Math.exp(0.4 * normal()),
    );
    const bound = Math.max(...work, work.reduce((sum, one) => sum + one, 0) / 8);
    expect(end?.early).toBeLessThan(1.1 * bound);
    expect(end?.late).toBeGreaterThan(bound);
    expect((end?.late ?? 0) / (end?.early ?? 1)).toBeLessThan(2.5);
    expect(end?.seconds).toBeGreaterThanOrEqual(end?.early ?? Infinity);
  });

  it('counts what the queue and the table have by their own samples', () => {
    const long = sample.slice(-5);
    const short = sample.slice(0, 5);
    const both = [
      { count: 1000, sample: short },
      { count: 1000, sample: long },
    ];
    const end = (waiting: typeof both): number =>
      expectEnd(model, { waiting, running: [], slots: 8 })?.seconds ?? 0;
    const sum = end(both.slice(0, 1)) + end(both.slice(1));
    expect(end(both) / sum).toBeCloseTo(1, 0.5);
  });

  it('waits for what runs, and counts what it has done', () => {
    const said = predict(shapeOf(40)) ?? { median: 0, mean: 0, upper: null };
    const at = (forSeconds: number): number =>
      expectEnd(model, { waiting: [], running: [{ said, forSeconds }], slots: 8 })?.seconds ?? 0;
    expect(at(0)).toBeGreaterThan(0.7 * said.median);
    expect(at(0.5 * said.median)).toBeLessThan(0.75 * at(0));
    expect(at(20 * said.median)).toBeGreaterThan(0);
  });

  it('is not known without a slot, without a law, or where nothing is said of those that wait', () => {
    const waiting = [{ count: 5, sample }];
    expect(expectEnd(model, { waiting, running: [], slots: 0 })).toBeNull();
    expect(expectEnd(learnTimes([]), { waiting, running: [], slots: 8 })).toBeNull();
    expect(expectEnd(model, { waiting: [{ count: 5, sample: [] }], running: [], slots: 8 })).toBeNull();
  });
});
