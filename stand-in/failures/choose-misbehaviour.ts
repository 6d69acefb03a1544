import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FailureCategory } from './failure-categories.ts';
import { type FailureOrder, type Moment, parseFailureOrder } from './failure-order.ts';
import type { OrcaInput } from '../input/parse-input.ts';
import type { Environment } from '../input/read-environment.ts';
import { isMet } from './remedy-need.ts';

export interface Misbehaviour {
  failure?: FailureCategory;
  at?: Moment;
  /** Overrules `OACT_STANDIN_SECONDS`. */
  seconds?: number;
}

interface PlanRule {
  match: RegExp;
  order?: FailureOrder;
  seconds?: number;
  /** The rule holds for this many runs of each matched text, then no more. */
  times?: number;
}

/**
 * What this run shall do wrong. A plan file is a JSON list of
 * `{"match": "job_7/|^NpF3$", "fail": "scf_not_converged,needs:SlowConv", "times": 1, "seconds": 5}`; `match` is a regular
 * expression tried on each of `names` (working directory, formulas). The first rule that matches decides;
 * without a plan, or when no rule matches, `OACT_STANDIN_FAIL` does. Throws an Error for an unreadable plan.
 * @param input what the needs of an order are held against; undefined for an input that cannot be read
 */
export function chooseMisbehaviour(
  environment: Environment,
  names: string[],
  input: OrcaInput | undefined,
): Misbehaviour {
  const fallback = carryOut(environment.failure, input);
  if (environment.planFile === undefined) return fallback;
  for (const [index, rule] of readPlan(environment.planFile).entries()) {
    const matched = names.map((name) => rule.match.exec(name)?.[0]).find((text) => text !== undefined);
    if (matched === undefined) continue;
    if (rule.times !== undefined && countUse(environment.planFile, index, matched) > rule.times) continue;
    return {
      ...carryOut(rule.order, input),
      ...(rule.seconds !== undefined && { seconds: rule.seconds }),
    };
  }
  return fallback;
}

/** Nothing, where the run has all that would spare it. */
function carryOut(order: FailureOrder | undefined, input: OrcaInput | undefined): Misbehaviour {
  if (order === undefined) return {};
  const isSpared =
    order.needs.length > 0 && input !== undefined && order.needs.every((need) => isMet(need, input));
  return isSpared ? {} : { failure: order.category, ...(order.at !== undefined && { at: order.at }) };
}

function readPlan(planFile: string): PlanRule[] {
  try {
    const rules: unknown = JSON.parse(readFileSync(planFile, 'utf8'));
    if (!Array.isArray(rules)) throw new Error('a list is expected');
    return rules.map(parseRule);
  } catch (error) {
    throw new Error(
      `OACT_STANDIN_PLAN=${planFile}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function parseRule(rule: { match?: unknown; fail?: unknown; times?: unknown; seconds?: unknown }): PlanRule {
  if (typeof rule.match !== 'string') throw new Error(`"match" is missing in ${JSON.stringify(rule)}`);
  if (rule.fail !== undefined && typeof rule.fail !== 'string') {
    throw new TypeError(`"fail" is no text in ${JSON.stringify(rule)}`);
  }
  return {
    match: new RegExp(rule.match),
    ...(rule.fail !== undefined && { order: parseFailureOrder(rule.fail) }),
    ...(typeof rule.times === 'number' && { times: rule.times }),
    ...(typeof rule.seconds === 'number' && { seconds: rule.seconds }),
  };
}

/** Counts this run among those of the same rule and matched text: one byte each in a file beside the plan. */
function countUse(planFile: string, ruleIndex: number, matched: string): number {
  const directory = `${planFile}.uses`;
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, `${ruleIndex}-${encodeURIComponent(matched)}`);
  appendFileSync(file, '.');
  return statSync(file).size;
}
