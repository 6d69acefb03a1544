import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { findRunDir, type RunFile, runFiles } from '../files/find-run-dir.ts';
import { openBelow } from '../files/open-below.ts';
import { showRecord } from '../../workflow/lookup/show-record.ts';
import { askedOf, notThere } from './job-routes.ts';
import type { PageContext } from './page-context.ts';

/** Files of a run as they are. An address names a kind of file, never a path. */
export function createFileRoutes({ source }: PageContext): Hono {
  const app = new Hono();
  app.get('/jobs/:id{[0-9]+}/files/:file', async (context) => {
    const { id, attempt } = askedOf(context);
    const file = context.req.param('file');
    const record = showRecord(source.workflow, id);
    const shown =
      attempt === undefined
        ? record?.attempts.at(-1)
        : record?.attempts.find((one) => one.attempt === attempt);
    if (!record || !shown || !isRunFile(file)) return notThere(context, id);
    const dir = await findRunDir(source.jobRoot, record.jobDir, shown.attempt);
    if (dir === undefined) return notThere(context, id);
    return sendFile(context, source.jobRoot, join(dir, runFiles[file]), id);
  });
  return app;
}

const isRunFile = (name: string): name is RunFile => Object.hasOwn(runFiles, name);

async function sendFile(context: Context, root: string, path: string, id: number): Promise<Response> {
  try {
    const file = await openBelow(root, path);
    const { size } = await file.stat();
    // What grows meanwhile is left for the next time: the length was announced.
    // Text, never a page: what a calculation wrote must run nowhere.
    context.header('Content-Type', 'text/plain; charset=utf-8');
    context.header('Content-Length', String(size));
    if (size > 0)
      return context.body(Readable.toWeb(file.createReadStream({ end: size - 1 })) as ReadableStream);
    await file.close();
    return context.body(null);
  } catch (error) {
    if (error instanceof OactError || systemErrorCode(error) !== undefined) return notThere(context, id);
    throw error;
  }
}
