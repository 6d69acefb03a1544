import { createBullBoard } from '@bull-board/api';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import { Queue } from 'bullmq';
import type { Hono, MiddlewareHandler } from 'hono';
import type { Redis } from 'ioredis';
import { nameQueueJob } from './name-queue-job.ts';
import { parseJobId, parsePayload } from '../../core/job/payload.ts';
import { settledQueueOf } from '../../core/job/queue-names.ts';
import { QueueWithSettled } from './queue-with-settled.ts';

/** Where Bull Board stands beside our own pages. */
export const bullBoardPath = '/queue';

/** Bull Board for the queues, read-only, with names that a chemist reads and links to our own pages. */
export function createBullBoardApp(queues: readonly Queue[], redis: Redis, title: string): Hono {
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(bullBoardPath);
  const adapters = queues.map(
    (queue) =>
      new QueueWithSettled(queue, openSettled(queue, redis), {
        readOnlyMode: true,
        displayName: `${title} · ${queue.name}`,
        description: 'Completed and Failed: the jobs that wait to be settled, then the newest settled ones.',
        externalJobUrl: ({ id }) => {
          const job = parseJobId(String(id));
          return job ? { displayText: 'Job page', href: `/jobs/${job.recordId}` } : { href: '/' };
        },
      }),
  );
  for (const adapter of adapters) {
    adapter.setFormatter('data', formatJobData);
    adapter.setFormatter('name', nameQueueJob);
  }
  createBullBoard({
    queues: adapters,
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: title,
        hideDocsLink: true,
        // It asks CLIENT LIST at every poll, and consumers that fetch by hand have no name there.
        showWorkers: false,
        miscLinks: [
          { text: 'Campaign', url: '/' },
          { text: 'Jobs', url: '/jobs' },
        ],
      },
    },
  });
  return serverAdapter.registerPlugin();
}

/** On the connection of the pages, so that it has none of its own to close. */
function openSettled({ name, opts }: Queue, redis: Redis): Queue {
  const settled = new Queue(settledQueueOf(name), {
    connection: redis,
    ...(opts.prefix !== undefined && { prefix: opts.prefix }),
    skipMetasUpdate: true,
  });
  settled.on('error', () => undefined);
  return settled;
}

/** Nothing in Bull Board is written to, whatever it offers: a job that is changed behind the database's back is a job lost. */
export const refuseWrites: MiddlewareHandler = async (context, next) => {
  if (['GET', 'HEAD'].includes(context.req.method)) return next();
  return context.json({ error: 'the queue is read-only on this page' }, 405);
};

/** Its page asks a font server of the world for a font; ours ask nobody. */
export const dropForeignFonts: MiddlewareHandler = async (context, next) => {
  await next();
  if (context.res.headers.get('Content-Type')?.startsWith('text/html') !== true) return;
  const page = await context.res.text();
  context.res = new Response(page.replaceAll(/<link[^>]+href="https?:\/\/[^>]*>\s*/g, ''), context.res);
  context.res.headers.delete('Content-Length');
};

/** A payload as the board shows it: the geometry, hundreds of lines, becomes its number of atoms. */
function formatJobData(data: unknown): unknown {
  try {
    const payload = parsePayload(data);
    const { atoms, ...calculation } = payload.calculation;
    return { ...payload, calculation: { ...calculation, atoms: `${atoms.length} atoms` } };
  } catch {
    return data;
  }
}
