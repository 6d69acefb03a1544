import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { Hono } from 'hono';
import { ensureSecret } from '../../core/config/secret-file.ts';
import { metricsType, renderMetrics } from './render-metrics.ts';
import type { Snapshot } from './snapshot.ts';

/** Scrapes within this time get the same answer, however many ask. */
const keepMs = 5000;

/** Where a campaign keeps the token of its metrics. Another one than the board's: whoever scrapes need not see jobs. */
export function metricsTokenPath(campaignDir: string): string {
  return join(campaignDir, '.oact', 'metrics.token');
}

/**
 * The token that opens the metrics, made at the first call, in a file that only its owner may read.
 * @throws OactError SECRET_EXPOSED, FILE_UNREADABLE
 */
export function ensureMetricsToken(campaignDir: string): string {
  return ensureSecret(metricsTokenPath(campaignDir));
}

/** `GET /metrics` for Prometheus, behind `Authorization: Bearer <token>`. Mount it before any other guard. */
export function createMetricsApp({
  takeSnapshot,
  token,
}: {
  takeSnapshot: () => Promise<Snapshot>;
  token: string;
}): Hono {
  const read = remember(async () => renderMetrics(await takeSnapshot()), keepMs);
  return new Hono().get('/metrics', async (context) => {
    if (!isSame(context.req.header('authorization') ?? '', `Bearer ${token}`)) {
      context.header('WWW-Authenticate', 'Bearer');
      return context.text('The token is in the file .oact/metrics.token of the campaign.\n', 401);
    }
    return context.body(await read(), 200, { 'Content-Type': metricsType });
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Takes as long for a wrong text as for the right one, whatever their lengths. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

/** One call at a time, and its result again as long as it is fresh. */
function remember<T>(make: () => Promise<T>, forMs: number): () => Promise<T> {
  let last: { madeAtMs: number; result: Promise<T> } | undefined;
  return () => {
    if (last && performance.now() - last.madeAtMs < forMs) return last.result;
    const result = make();
    last = { madeAtMs: performance.now(), result };
    result.catch(() => (last = undefined));
    return result;
  };
}
