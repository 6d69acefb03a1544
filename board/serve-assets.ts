import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import { findPackageRoot } from '../core/config/package-root.ts';

const require = createRequire(import.meta.url);
const own = (name: string): string => join(findPackageRoot(), 'board', 'client', name);

/** Every file that a page may load; nothing else is reachable, whatever a request asks for. */
const sources: ReadonlyMap<string, () => string> = new Map(
  Object.entries({
    'board.css': () => own('board.css'),
    'icon.svg': () => own('icon.svg'),
    'live.js': () => own('live.js'),
    'overview.js': () => own('overview.js'),
    'jobs.js': () => own('jobs.js'),
    'job.js': () => own('job.js'),
    'draw-chart.js': () => own('draw-chart.js'),
    'show-molecule.js': () => own('show-molecule.js'),
    'show-times.js': () => own('show-times.js'),
    'compare.js': () => own('compare.js'),
    'molecule-geometry.js': () => own('molecule-geometry.js'),
    'play-trajectory.js': () => own('play-trajectory.js'),
    'views.js': () => own('views.js'),
    'say-range.js': () => own('say-range.js'),
    'uplot.css': () => require.resolve('uplot/dist/uPlot.min.css'),
    'uplot.lib.js': () => require.resolve('uplot/dist/uPlot.iife.min.js'),
    '3dmol.lib.js': () => require.resolve('3dmol/build/3Dmol-min.js'),
  }),
);

const mediaTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  plain: Buffer<ArrayBuffer>;
  zipped: Buffer<ArrayBuffer>;
}

let version: string | undefined;
const assets = new Map<string, Asset>();

/** Where a page finds a file. The address changes with the content of any of them, so browsers may keep them for ever. */
export function assetUrl(name: string): string {
  version ??= hashSources();
  return `/assets/${version}/${name}`;
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const locate of sources.values()) hash.update(readFileSync(locate()));
  return hash.digest('hex').slice(0, 12);
}

/** Answers `/assets/:version/:name`. They are the same for every campaign, so they are served without a login. */
export function serveAsset(context: Context): Response | Promise<Response> {
  const name = context.req.param('name') ?? '';
  const locate = sources.get(name);
  if (!locate) return context.notFound();
  let asset = assets.get(name);
  if (!asset) {
    const plain = Buffer.from(readFileSync(locate()));
    assets.set(name, (asset = { plain, zipped: Buffer.from(gzipSync(plain)) }));
  }
  // A page that was open while oact was replaced asks for the old address: it must not keep the new file under it.
  const isCurrent = context.req.param('version') === version;
  context.header('Content-Type', mediaTypes[extname(name)] ?? 'application/octet-stream');
  context.header('Cache-Control', isCurrent ? 'public, max-age=31536000, immutable' : 'no-store');
  context.header('Vary', 'Accept-Encoding');
  if (context.req.header('Accept-Encoding')?.includes('gzip') !== true) return context.body(asset.plain);
  context.header('Content-Encoding', 'gzip');
  return context.body(asset.zipped);
}
