import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const common = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

const headersWith = (policy: Record<string, string[]>): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: { ...common, ...policy },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    // The board speaks plain HTTP, on loopback or through a tunnel.
    strictTransportSecurity: false,
  });

/** Own scripts and styles from files only: what stands in a page, an output of ORCA for one, can run nothing. */
export const pageHeaders = headersWith({
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  baseUri: ["'none'"],
});

/** Bull Board styles inline. */
export const bullBoardHeaders = headersWith({
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  baseUri: ["'self'"],
});

/** Files of a calculation as they are: nothing in them may load or run, whatever a browser takes them for. */
export const fileHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], sandbox: [], frameAncestors: ["'none'"] },
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
});

/** What a page says of a campaign is for its reader alone; nothing between may keep it. */
export const noStore: MiddlewareHandler = async (context, next) => {
  await next();
  if (!context.res.headers.has('Cache-Control')) context.res.headers.set('Cache-Control', 'no-store');
};
