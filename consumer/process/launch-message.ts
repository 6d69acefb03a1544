/** What a consumer asks of its launcher: one line of JSON each, over the launcher's stdin. Names and paths are data in it, never words of a shell. */
export type LaunchOrder =
  | ({ kind: 'start'; id: number } & LaunchRequest)
  /** The guard watches this run from now on. */
  | { kind: 'guarded'; id: number };

export interface LaunchRequest {
  command: readonly [string, ...string[]];
  cwd: string;
  /** The whole environment. */
  env: Record<string, string>;
  /** Files that are made, or emptied. */
  stdout: string;
  stderr: string;
  /** Not started after it, and stopped then as long as no guard watches it, ms of `monotonicMs`; null: no deadline. */
  untilMs: number | null;
}

/** What a launcher answers, one line of JSON each, over its stdout. */
export type LaunchReport =
  | { kind: 'started'; id: number; pid: number }
  /** `open`: an output could not be opened; `start`: the command could not be started. */
  | { kind: 'failed'; id: number; step: 'open' | 'start'; code: string | null; message: string }
  /** Its deadline was over. */
  | { kind: 'too_late'; id: number }
  /** As wait(2) tells: one of the two is null. */
  | { kind: 'exited'; id: number; exitCode: number | null; signal: string | null };

export function renderMessage(message: LaunchOrder | LaunchReport): string {
  return `${JSON.stringify(message)}\n`;
}

/** Undefined for what is no order: a line that was cut when its writer was killed. */
export function parseOrder(line: string): LaunchOrder | undefined {
  const order = parseObject(line);
  if (order === undefined || !Number.isInteger(order['id'])) return undefined;
  if (order['kind'] === 'guarded') return { kind: 'guarded', id: Number(order['id']) };
  const { command, cwd, env, stdout, stderr, untilMs } = order;
  const isWhole =
    order['kind'] === 'start' &&
    isTexts(command) &&
    typeof cwd === 'string' &&
    isEnvironment(env) &&
    typeof stdout === 'string' &&
    typeof stderr === 'string' &&
    (untilMs === null || typeof untilMs === 'number');
  return isWhole
    ? { kind: 'start', id: Number(order['id']), command, cwd, env, stdout, stderr, untilMs }
    : undefined;
}

/** Undefined for what is no report. */
export function parseReport(line: string): LaunchReport | undefined {
  const report = parseObject(line);
  if (report === undefined) return undefined;
  const { kind, id, pid, step, code, message, exitCode, signal } = report;
  if (typeof id !== 'number') return undefined;
  // Process ids of 1 and less would address every process there is.
  if (kind === 'started') return typeof pid === 'number' && pid > 1 ? { kind, id, pid } : undefined;
  if (kind === 'too_late') return { kind, id };
  if (kind === 'failed' && (step === 'open' || step === 'start'))
    return { kind, id, step, code: textOrNull(code), message: String(message) };
  if (kind !== 'exited') return undefined;
  return { kind, id, exitCode: typeof exitCode === 'number' ? exitCode : null, signal: textOrNull(signal) };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is [string, ...string[]] {
  return Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string');
}

function isEnvironment(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && isTexts(['', ...Object.values(value)]);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
