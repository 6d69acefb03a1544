import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A week: people keep a campaign's page open for days. A new token ends all sessions at once. */
export const sessionSeconds = 7 * 86_400;

/** What a browser is known by. Nothing is kept on this side: a board that was started again knows its browsers. */
export interface BoardSessions {
  cookieName: string;
  isToken(text: string): boolean;
  open(now: Date): string;
  isOpen(session: string, now: Date): boolean;
  /** What a form must bring along: a page of another origin cannot read it. */
  formKeyOf(session: string): string;
  isFormKey(key: string, session: string): boolean;
}

/** Sessions are derived from the token, so that what a browser stores opens nothing else, and ends with the token. */
export function createSessions(token: string): BoardSessions {
  const sign = (purpose: string, text: string): string =>
    createHmac('sha256', token).update(`oact board ${purpose} ${text}`).digest('base64url');
  const formKeyOf = (session: string): string => sign('form', session);
  return {
    // Cookies do not tell ports apart: two campaigns on one host need two names.
    cookieName: `oact_board_${digest(token).toString('hex').slice(0, 8)}`,
    isToken: (text) => isSame(text, token),
    open: (now) => {
      const until = String(Math.floor(now.getTime() / 1000) + sessionSeconds);
      return `${until}.${sign('session', until)}`;
    },
    isOpen: (session, now) => {
      const [until = '', signature = ''] = session.split('.');
      return isSame(signature, sign('session', until)) && Number(until) * 1000 > now.getTime();
    },
    formKeyOf,
    isFormKey: (key, session) => isSame(key, formKeyOf(session)),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Takes as long for a wrong text as for the right one, whatever their lengths. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}
