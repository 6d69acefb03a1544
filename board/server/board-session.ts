import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EndedSessions } from './ended-sessions.ts';

/** A week: users keep a campaign's page open for days. A new token ends all sessions at once. */
export const sessionSeconds = 7 * 86_400;

/** What a browser is known by. A board that was started again knows its browsers; only ended sessions are kept on this side. */
export interface BoardSessions {
  cookieName: string;
  isToken(text: string): boolean;
  open(now: Date): string;
  isOpen(session: string, now: Date): boolean;
  /** It opens nothing any more, even for the owner of a copy. */
  end(session: string, now: Date): void;
  /** What a form must bring along: a page of another origin cannot read it. */
  formKeyOf(session: string): string;
  isFormKey(key: string, session: string): boolean;
}

/** Sessions are derived from the token, so that what a browser stores opens nothing else, and ends with the token. */
export function createSessions(token: string, ended: EndedSessions): BoardSessions {
  const sign = (purpose: string, text: string): string =>
    createHmac('sha256', token).update(`oact board ${purpose} ${text}`).digest('base64url');
  const formKeyOf = (session: string): string => sign('form', session);
  const isOpen = (session: string, now: Date): boolean => {
    const at = session.lastIndexOf('.');
    const isSigned = isSame(session.slice(at + 1), sign('session', session.slice(0, at)));
    return isSigned && untilOf(session) * 1000 > now.getTime() && !ended.has(session);
  };
  return {
    // Cookies do not tell ports apart: two campaigns on one host need two names.
    cookieName: `oact_board_${digest(token).toString('hex').slice(0, 8)}`,
    isToken: (text) => isSame(text, token),
    open: (now) => {
      const until = Math.floor(now.getTime() / 1000) + sessionSeconds;
      // Two browsers that log in within a second have two sessions: one may be ended.
      const name = `${until}.${randomBytes(12).toString('base64url')}`;
      return `${name}.${sign('session', name)}`;
    },
    isOpen,
    end: (session, now) => {
      if (isOpen(session, now)) ended.add(session, untilOf(session));
    },
    formKeyOf,
    isFormKey: (key, session) => isSame(key, formKeyOf(session)),
  };
}

/** The end of a session, seconds since the epoch. */
function untilOf(session: string): number {
  return Number(session.split('.')[0]);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Takes as long for a wrong text as for the right one, whatever their lengths. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}
