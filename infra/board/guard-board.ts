import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { renderLoginPage } from './login-page.ts';

/** Own files only. Bull Board styles inline; its link to a font server is refused by this too. */
export const boardHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  // The board speaks plain HTTP, on loopback or through a tunnel.
  strictTransportSecurity: false,
});

/** Nothing on the board is written to: only questions come through, and the login. */
export const refuseWrites: MiddlewareHandler = async (context, next) => {
  if (['GET', 'HEAD'].includes(context.req.method)) return next();
  return context.json({ error: 'the board is read-only' }, 405);
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Takes as long for a wrong text as for the right one, whatever their lengths. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function keepOut(context: Context, wasRefused: boolean): Response | Promise<Response> {
  return context.html(renderLoginPage(wasRefused), 401, { 'Cache-Control': 'no-store' });
}

export interface BoardGuard {
  /** Lets only those in who hold the token. */
  demandToken: MiddlewareHandler;
  /** Takes the token from the login form. */
  acceptLogin: (context: Context) => Promise<Response>;
}

/**
 * The lock of the board: `?token=…` or the login form once, then a cookie that scripts cannot read. The cookie is
 * derived from the token, not the token itself, so that what a browser stores opens nothing else.
 */
export function guardBoard(token: string): BoardGuard {
  const session = createHmac('sha256', token).update('oact board session').digest('base64url');
  // Cookies do not tell ports apart: two campaigns on one host need two names.
  const cookieName = `oact_board_${digest(token).toString('hex').slice(0, 8)}`;
  const letIn = (context: Context): Response => {
    setCookie(context, cookieName, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.redirect('/', 303);
  };

  return {
    demandToken: async (context, next) => {
      const given = context.req.query('token');
      // Redirected, so that the token stays neither in the address bar nor in the history.
      if (given !== undefined) return isSame(given, token) ? letIn(context) : keepOut(context, true);
      if (isSame(getCookie(context, cookieName) ?? '', session)) return next();
      return keepOut(context, false);
    },
    acceptLogin: async (context) => {
      const { token: given } = await context.req.parseBody();
      return typeof given === 'string' && isSame(given, token) ? letIn(context) : keepOut(context, true);
    },
  };
}
