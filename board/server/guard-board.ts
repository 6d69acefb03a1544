import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { type BoardSessions, sessionSeconds } from './board-session.ts';
import { createFailureBrake } from './slow-down.ts';
import { renderErrorPage } from '../pages/error-page.ts';
import { renderLoginPage } from '../pages/login-page.ts';

export interface BoardGuard {
  /** Lets only those in who logged in, and programs that bring the token as `Authorization: Bearer`. */
  demandLogin: MiddlewareHandler;
  acceptLogin: (context: Context) => Promise<Response>;
  logOut: (context: Context) => Response;
  /** Only a form of our own pages may change anything. */
  demandOwnForm: MiddlewareHandler;
  /** For the forms of a page that this request gets. */
  formKeyOf: (context: Context) => string;
}

/**
 * The lock of the board. The token is typed into a form and never stands in an address, where histories and logs would
 * keep it; afterwards a cookie tells the browser, which scripts cannot read and other sites cannot use.
 */
export function guardBoard(sessions: BoardSessions, brake = createFailureBrake()): BoardGuard {
  const sessionOf = (context: Context): string => getCookie(context, sessions.cookieName) ?? '';
  const isLoggedIn = (context: Context): boolean => sessions.isOpen(sessionOf(context), new Date());
  const hasToken = (context: Context): boolean => {
    const [, token] = /^Bearer (\S+)$/.exec(context.req.header('Authorization') ?? '') ?? [];
    return token !== undefined && sessions.isToken(token);
  };

  return {
    demandLogin: async (context, next) => {
      if (isLoggedIn(context) || hasToken(context)) return next();
      // Who brings no token guesses none.
      if (context.req.header('Authorization') !== undefined && !(await brake.failed()))
        return tooMany(context);
      const asked = new URL(context.req.url);
      // Who wrote the token there must not find it in a page.
      asked.searchParams.delete('token');
      return keepOut(context, false, localPath(asked.pathname + asked.search));
    },
    acceptLogin: async (context) => {
      if (!isOfOwnOrigin(context)) return refuseForeign(context);
      const { token, next } = await context.req.parseBody();
      if (typeof token !== 'string' || !sessions.isToken(token.trim()))
        return (await brake.failed()) ? keepOut(context, true, localPath(next)) : tooMany(context);
      brake.succeeded();
      setCookie(context, sessions.cookieName, sessions.open(new Date()), {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: sessionSeconds,
      });
      return context.redirect(localPath(next), 303);
    },
    logOut: (context) => {
      sessions.end(sessionOf(context), new Date());
      deleteCookie(context, sessions.cookieName, { path: '/' });
      return context.redirect('/', 303);
    },
    demandOwnForm: async (context, next) => {
      const { key } = await context.req.parseBody();
      const isOwn = typeof key === 'string' && sessions.isFormKey(key, sessionOf(context));
      if (!isOwn || !isLoggedIn(context) || !isOfOwnOrigin(context)) return refuseForeign(context);
      return next();
    },
    formKeyOf: (context) => sessions.formKeyOf(sessionOf(context)),
  };
}

/** Browsers say from where a form comes; one that says nothing is no browser, or an old one. */
function isOfOwnOrigin(context: Context): boolean {
  const origin = context.req.header('Origin');
  const site = context.req.header('Sec-Fetch-Site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === context.req.header('Host');
}

function refuseForeign(context: Context): Response | Promise<Response> {
  return context.html(renderErrorPage('Refused', 'This form was not sent by a page of this board.'), 403);
}

function tooMany(context: Context): Response {
  context.header('Retry-After', '10');
  return context.text('too many failed logins: wait\n', 429);
}

function keepOut(context: Context, wasRefused: boolean, next: string): Response | Promise<Response> {
  // A program gets no page.
  if (context.req.header('Accept')?.includes('text/html') !== true && !wasRefused)
    return context.text('log in first, or send the token as Authorization: Bearer\n', 401);
  return context.html(renderLoginPage({ wasRefused, next }), 401);
}

/** Where a login leads: a page of this board, whatever a form says. Browsers read a backslash as a slash. */
function localPath(given: unknown): string {
  if (typeof given !== 'string' || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}$/.test(given)) return '/';
  return /^\/(?:login|logout|live|assets)(?:[/?]|$)/.test(given) ? '/' : given;
}
