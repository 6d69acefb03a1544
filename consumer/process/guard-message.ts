/** What a consumer tells its guard: one line of text each, over the guard's stdin. */
export type GuardMessage =
  /** Stop this session at `untilMs` (ms of `monotonicMs`, the same clock in both processes), unless told otherwise before. */
  | { kind: 'watch'; sessionId: number; untilMs: number }
  /** It has ended. */
  | { kind: 'release'; sessionId: number };

export function renderGuardMessage(message: GuardMessage): string {
  return message.kind === 'watch'
    ? `watch ${message.sessionId} ${Math.round(message.untilMs)}\n`
    : `release ${message.sessionId}\n`;
}

/** Undefined for anything else. A session id of 1 or less would address every process there is. */
export function parseGuardMessage(line: string): GuardMessage | undefined {
  const match = /^(watch|release) (\d{1,10})(?: (\d{1,16}))?$/.exec(line);
  const sessionId = Number(match?.[2]);
  if (!match || sessionId <= 1) return undefined;
  if (match[1] === 'release') return { kind: 'release', sessionId };
  return match[3] === undefined ? undefined : { kind: 'watch', sessionId, untilMs: Number(match[3]) };
}

/** The sessions that must be stopped now. */
export function listOverdue(untilMsOf: ReadonlyMap<number, number>, nowMs: number): number[] {
  return [...untilMsOf].filter(([, untilMs]) => nowMs >= untilMs).map(([sessionId]) => sessionId);
}
