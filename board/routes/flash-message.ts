import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const cookieName = 'oact_flash';

/** Keeps what an action said for the page that is shown next, so that reloading it repeats nothing. */
export function keepFlash(context: Context, sentence: string): void {
  setCookie(context, cookieName, encodeURIComponent(sentence.slice(0, 500)), {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    maxAge: 60,
  });
}

export function takeFlash(context: Context): string | null {
  const text = getCookie(context, cookieName);
  if (text === undefined) return null;
  deleteCookie(context, cookieName, { path: '/' });
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
