import { describe, expect, it } from 'vitest';
import { openCampaignTimes } from '../../../cli/predict/campaign-times.ts';
import { arrangeSelection, expectOf } from '../../../cli/predict/use-times.ts';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import { listCandidates } from '../../../producer/supply/list-candidates.ts';
import { loadShapes } from '../../../workflow/records/load-shapes.ts';
import { measureRate } from '../../../workflow/reports/measure-rate.ts';
import { noteForecast, readForecast } from '../../../workflow/steering/forecast-note.ts';
import { aSelection } from '../../producer/a-campaign.ts';
import { aWorkflow } from '../../workflow/sample-workflow.ts';
import { addCarbons, endCarbons, fortySizes, secondsOf } from './a-timed-campaign.ts';

const recipe = parseRecipeOptions({});

describe('the times of a campaign', () => {
  it('are learned from its ended runs, for the recipe that they had', () => {
    const workflow = aWorkflow(0);
    endCarbons(workflow, fortySizes);
    const [id = 0] = addCarbons(workflow, [25]);
    const times = openCampaignTimes(workflow, recipe);
    expect(times.model()).toMatchObject({ isKnown: true, completed: 40, cores: [4] });
    const said = times.predictAll([id]).get(id);
    expect((said?.median ?? 0) / secondsOf(25)).toBeCloseTo(1, 0.5);
    expect(said?.upper).toBeGreaterThan(secondsOf(25));
    const other = openCampaignTimes(workflow, parseRecipeOptions({ functional: 'PBE' }));
    expect(other.predictAll([id]).size).toBe(0);
  });

  it('are unknown while few have ended, and nothing is expected of any job', () => {
    const workflow = aWorkflow(3);
    endCarbons(workflow, fortySizes.slice(0, 29));
    const times = openCampaignTimes(workflow, recipe);
    expect(times.model()).toEqual({ isKnown: false, completed: 29, needed: 30 });
    expect(expectOf(times)([1, 2, 3]).size).toBe(0);
  });

  it('tell of no record whose elements nobody wrote down', () => {
    const workflow = aWorkflow(0);
    endCarbons(workflow, fortySizes);
    const [id = 0] = addCarbons(workflow, [25]);
    workflow.db.prepare('update structures set elements = null where id = ?').run(id);
    const times = openCampaignTimes(workflow, recipe);
    expect(loadShapes(workflow, [id]).map((record) => times.predict(record))).toEqual([null]);
  });
});

const candidates = async (
  workflow: ReturnType<typeof aWorkflow>,
  ...rest: ['longest' | 'id' | undefined, 'longest' | 'random']
): Promise<number[] | undefined> => {
  const times = openCampaignTimes(workflow, recipe);
  const selection = arrangeSelection(aSelection({ order: rest[1] }), rest[0], times, workflow);
  return (await listCandidates(workflow, selection))?.ids;
};

describe('the order of a batch', () => {
  it('is longest first as soon as times are known, also where atoms do not tell it', async () => {
    const workflow = aWorkflow(0);
    endCarbons(workflow, fortySizes);
    const ids = addCarbons(workflow, [10, 30, 20]);
    // Many light atoms: the largest by number, and short.
    const [hydrogen = 0] = addCarbons(workflow, [1]);
    workflow.db
      .prepare('update structures set elements = ?, natoms = 31 where id = ?')
      .run(Array.from({ length: 31 }, () => 'H').join(';'), hydrogen);
    const expected = [ids[1], ids[2], ids[0], hydrogen];
    expect(await candidates(workflow, undefined, 'longest')).toEqual(expected);
    expect(await candidates(workflow, undefined, 'random')).toEqual(expected);
    expect(await candidates(workflow, 'id', 'longest')).toEqual([...ids, hydrogen]);
  });

  it('is by size, the largest first, while nobody knows the times', async () => {
    const workflow = aWorkflow(0);
    const [small, large, middle] = addCarbons(workflow, [10, 30, 20]);
    expect(await candidates(workflow, undefined, 'longest')).toEqual([large, middle, small]);
    expect(await candidates(workflow, 'longest', 'random')).toEqual([large, middle, small]);
  });
});

describe('the note of the expected end', () => {
  const note = {
    notedAt: '2026-11-30T12:00:00.000Z',
    endAt: '2026-11-30T22:00:00.000Z',
    earlyAt: '2026-11-30T21:00:00.000Z',
    lateAt: '2026-11-30T23:00:00.000Z',
    slots: 8,
    runs: 40,
    medianFactor: 1.1,
    p90Factor: 1.4,
  };

  it('is part of the rate while it is fresh and something remains', () => {
    const workflow = aWorkflow(2);
    noteForecast(workflow, note);
    const rateAt = (time: string) => measureRate(workflow, { now: new Date(time), maxFailCount: null });
    expect(rateAt('2026-11-30T12:04:00Z').forecast).toEqual(note);
    expect(rateAt('2026-11-30T12:06:00Z')).not.toHaveProperty('forecast');
    noteForecast(workflow, null);
    expect(rateAt('2026-11-30T12:04:00Z')).not.toHaveProperty('forecast');
  });

  it('of a newer oact counts as none', () => {
    const workflow = aWorkflow(1);
    workflow.db.prepare(`insert into oact_meta (key, value) values ('forecast', '{"v": 9}')`).run();
    expect(readForecast(workflow, new Date('2026-11-30T12:00:00Z'))).toBeNull();
  });
});
