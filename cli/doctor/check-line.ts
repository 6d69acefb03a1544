import type { Finding } from '../../consumer/fitness/judge-node.ts';
import { messageOf, OactError } from '../../core/errors.ts';

/** `skip`: it could not be looked at from here, which is no fault. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** One line of `oact doctor`: what was looked at, how it is, and what to do about it. */
export interface CheckLine {
  check: string;
  status: CheckStatus;
  message: string;
  /** null: nothing to do, or the message says it. */
  cure: string | null;
}

export const ok = (check: string, message: string): CheckLine => ({
  check,
  status: 'ok',
  message,
  cure: null,
});

export const skip = (check: string, message: string): CheckLine => ({
  check,
  status: 'skip',
  message,
  cure: null,
});

export const warn = (check: string, message: string, cure: string | null = null): CheckLine => ({
  check,
  status: 'warn',
  message,
  cure,
});

export const fail = (check: string, message: string, cure: string | null = null): CheckLine => ({
  check,
  status: 'fail',
  message,
  cure,
});

/** A check that threw: what is wrong in its words, never a stack. */
export function failOf(check: string, error: unknown): CheckLine {
  return fail(check, messageOf(error), error instanceof OactError ? (error.hint ?? null) : null);
}

/** @param words said when nothing is wrong */
export function lineOf(check: string, finding: Finding, words: string): CheckLine {
  if (finding.kind === 'fit') return ok(check, words);
  if (finding.kind === 'doubtful') return warn(check, finding.message);
  return fail(check, finding.message, finding.hint);
}

/** A warning stops nobody; a failure stops the script that asked. */
export function exitCodeOf(lines: readonly CheckLine[]): 0 | 1 {
  return lines.some(({ status }) => status === 'fail') ? 1 : 0;
}
