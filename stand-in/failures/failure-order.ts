import {
  failureCategories,
  type FailureCategory,
  isFailureCategory,
  takesMoment,
} from './failure-categories.ts';
import { describeNeed, type Need } from './remedy-need.ts';

/** What a run is told to suffer, when, and what would spare it. */
export interface FailureOrder {
  category: FailureCategory;
  at?: Moment;
  /** A run that has all of these does not fail; none: it fails whatever it has. */
  needs: Need[];
}

/** The n-th row of the first SCF, the middle of the SCF of the n-th geometry, or so many seconds after the start. */
export type Moment = { iteration: number } | { cycle: number } | { seconds: number };

/**
 * `CATEGORY[@iter:N|@cycle:N|@t:SECONDS][,needs:CONDITION]…`, for example `scf_not_converged@cycle:3,needs:SlowConv` or
 * `oom_killed,needs:nprocs<=2`. Throws an Error that says what is not understood.
 */
export function parseFailureOrder(text: string): FailureOrder {
  const [what = '', ...conditions] = text.split(',').map((part) => part.trim());
  const [category = '', moment] = what.split('@');
  if (!isFailureCategory(category)) {
    throw new Error(`${JSON.stringify(category)} is unknown; known: ${failureCategories.join(', ')}`);
  }
  if (moment !== undefined && !takesMoment(category)) {
    throw new Error(`${category} happens at one moment only: @${moment} cannot be asked of it`);
  }
  return {
    category,
    ...(moment !== undefined && { at: parseMoment(moment) }),
    needs: conditions.map(parseCondition),
  };
}

function parseMoment(text: string): Moment {
  const match = /^(iter|cycle|t):(\d+|(?=\d*\.\d)\d*\.\d+)$/.exec(text);
  const value = Number(match?.[2]);
  if (match?.[1] === 't') return { seconds: value };
  if (match === null || !Number.isInteger(value) || value < 1) {
    throw new Error(`@${text} is not understood; known: @iter:3, @cycle:2, @t:1.5`);
  }
  return match[1] === 'iter' ? { iteration: value } : { cycle: value };
}

function parseCondition(text: string): Need {
  const need = /^needs:(.+)$/.exec(text)?.[1];
  if (need === undefined)
    throw new Error(`${JSON.stringify(text)} is not understood; known: needs:CONDITION`);
  return describeNeed(need);
}
