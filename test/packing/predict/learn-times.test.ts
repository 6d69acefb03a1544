import { describe, expect, it } from 'vitest';
import { coreScaling } from '../../../packing/predict/fit-times.ts';
import { learnTimes, leastRuns, type TimeModel } from '../../../packing/predict/learn-times.ts';
import { predictorOf } from '../../../packing/predict/predict-time.ts';
import type { TimedRun } from '../../../packing/predict/job-shape.ts';
import { drawRuns, lawOf, shapeOf } from './synthetic-runs.ts';

type Known = Extract<TimeModel, { isKnown: true }>;
const known = (runs: readonly TimedRun[]): Known => {
  const model = learnTimes(runs);
  if (!model.isKnown) throw new Error('the model does not know');
  return model;
};

describe('a law of run times', () => {
  it('is unknown below the stated number of completed runs, whatever else ended', () => {
    const runs = drawRuns(leastRuns - 1, 0.1);
    const failed = drawRuns(50, 0.1).map((run): TimedRun => ({ ...run, ending: 'failed' }));
    const model = learnTimes([...runs, ...failed]);
    expect(model).toEqual({ isKnown: false, completed: leastRuns - 1, needed: leastRuns });
    expect(predictorOf(model)(shapeOf(10))).toBeNull();
  });

  it.each([5, 12, 20, 35])('is found again for %i carbons', (carbons) => {
    const predict = predictorOf(known(drawRuns(200, 0.2)));
    const shape = shapeOf(carbons);
    expect((predict(shape)?.median ?? 0) / lawOf(shape)).toBeCloseTo(1, 0.5);
    expect(Math.abs(Math.log((predict(shape)?.median ?? 1) / lawOf(shape)))).toBeLessThan(0.12);
  });

  it('bears one run in ten that hung a hundred times as long', () => {
    const runs = drawRuns(200, 0.1).map((run, index) =>
      index % 10 === 0 ? { ...run, seconds: 100 * run.seconds } : run,
    );
    const shape = shapeOf(20);
    expect(Math.abs(Math.log((predictorOf(known(runs))(shape)?.median ?? 1) / lawOf(shape)))).toBeLessThan(
      0.15,
    );
  });

  it('takes what its time limit cut off as a lower bound, not as a time', () => {
    const limit = lawOf(shapeOf(24));
    const cut = (run: TimedRun): TimedRun =>
      run.seconds > limit ? { ...run, seconds: limit, ending: 'limit' } : run;
    const runs = drawRuns(300, 0.4).map((run) => cut(run));
    const large = shapeOf(36);
    const told = predictorOf(known(runs))(large)?.median ?? 0;
    // Read as times, the cut ones say that nothing takes longer than the limit.
    const naive = runs.map((run): TimedRun => ({ ...run, ending: 'completed' }));
    const fooled = predictorOf(known(naive))(large)?.median ?? 0;
    expect(told).toBeGreaterThan(0.7 * lawOf(large));
    expect(fooled).toBeLessThan(0.7 * lawOf(large));
  });

  it('names no upper time when more than one in twenty reaches its limit', () => {
    const runs = drawRuns(200, 0.3).map((run, index): TimedRun =>
      index % 8 === 0 ? { ...run, ending: 'limit' } : run,
    );
    expect(predictorOf(known(runs))(shapeOf(20))).toMatchObject({ upper: null });
  });

  it('says of unseen runs what share its upper time keeps', () => {
    const predict = predictorOf(known(drawRuns(300, 0.5)));
    const fresh = drawRuns(2000, 0.5, () => ({}), 99);
    const kept = fresh.filter(({ shape, seconds }) => seconds <= (predict(shape)?.upper ?? 0)).length / 2000;
    expect(kept).toBeGreaterThan(0.91);
    expect(kept).toBeLessThan(0.99);
  });

  it('tells the error of its held-out runs', () => {
    const { error } = known(drawRuns(400, 0.5));
    // Half of a normal distribution lies within 0.674 sigma, 90 % within 1.645.
    expect(error.medianFactor).toBeGreaterThan(Math.exp(0.5 * 0.55));
    expect(error.medianFactor).toBeLessThan(Math.exp(0.5 * 0.8));
    expect(error.p90Factor).toBeGreaterThan(Math.exp(0.5 * 1.4));
    expect(error.p90Factor).toBeLessThan(Math.exp(0.5 * 1.95));
    expect(error.runs).toBe(400);
  });

  it('learns what more cores bring, and believes the usual where all had the same', () => {
    const varied = known(drawRuns(200, 0.1, (index) => ({ cores: [4, 8, 16][index % 3] ?? 8 })));
    expect(coreScaling(varied.law, varied.cores.length).exponent).toBeCloseTo(-0.7, 1);
    const same = known(drawRuns(200, 0.1));
    expect(coreScaling(same.law, same.cores.length)).toEqual({ exponent: -0.8, isLearned: false });
  });

  it('learns that a species is slow, and does not carry it over to others', () => {
    const runs = drawRuns(200, 0.05);
    const slow = Array.from({ length: 20 }, (_, index) => ({
      shape: shapeOf(18, { charge: 1 + (index % 5) }),
      seconds: lawOf(shapeOf(18)) * (index % 5 === 0 ? 3 : 1) * (1 + 0.01 * index),
      ending: 'completed' as const,
    }));
    const predict = predictorOf(known([...runs, ...slow]));
    const ratio = (charge: number): number =>
      (predict(shapeOf(18, { charge }))?.median ?? 0) / lawOf(shapeOf(18));
    expect(ratio(1)).toBeGreaterThan(1.25);
    expect(ratio(9)).toBeLessThan(1.15);
  });

  it('knows nothing of a recipe, a kind of run or an element that it has not seen or cannot read', () => {
    const predict = predictorOf(known(drawRuns(100, 0.1)));
    expect(predict(shapeOf(10, { recipe: 'x2c' }))).toBeNull();
    expect(predict(shapeOf(10, { runType: 'optimization' }))).toBeNull();
    expect(predict(shapeOf(10, { elements: ['C', 'Q'] }))).toBeNull();
    expect(predict(shapeOf(10, { elements: [] }))).toBeNull();
  });

  it('predicts far beyond the sizes seen, and names no upper time there', () => {
    const predict = predictorOf(known(drawRuns(100, 0.1)));
    expect(predict(shapeOf(100))).toMatchObject({ upper: null });
    expect(predict(shapeOf(100))?.median).toBeGreaterThan(lawOf(shapeOf(60)));
  });

  it('counts what an earlier run has done', () => {
    const halfDone = drawRuns(100, 0.1).map((run) => ({
      ...run,
      shape: { ...run.shape, doneShare: 0.5 },
      seconds: run.seconds / 2,
    }));
    const predict = predictorOf(known(halfDone));
    expect((predict(shapeOf(20))?.median ?? 0) / lawOf(shapeOf(20))).toBeCloseTo(1, 0.5);
    const rest = predict(shapeOf(20, { doneShare: 0.75 }))?.median ?? 0;
    expect(rest).toBeCloseTo((predict(shapeOf(20))?.median ?? 0) / 4, 6);
  });

  it('gives the same model for the same runs', () => {
    const runs = drawRuns(120, 0.3);
    expect(learnTimes(runs)).toEqual(learnTimes(runs));
  });
});
