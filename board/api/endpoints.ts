import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import type { z } from 'zod';
import { splitClaimed } from '../../core/waiting/claimed-jobs.ts';
import { listAllocations } from '../../workflow/allocations/allocations.ts';
import { searchJobs } from '../../workflow/lookup/search-jobs.ts';
import { showRecord } from '../../workflow/lookup/show-record.ts';
import { loadRecords } from '../../workflow/records/load-records.ts';
import { listEvents } from '../../workflow/reports/list-events.ts';
import { listNodeHealth } from '../../workflow/reports/list-node-health.ts';
import { findGeometry } from '../files/find-geometry.ts';
import { findRunDir, runFiles } from '../files/find-run-dir.ts';
import { readWholeCurves } from '../files/read-whole-curves.ts';
import { queryOf } from '../routes/jobs-routes.ts';
import type { PageContext } from '../routes/page-context.ts';
import * as answers from './answers.ts';
import * as questions from './questions.ts';

/** What the caller did wrong, or what is not there. */
export class ApiProblem extends Error {
  readonly status: 403 | 404 | 422;
  constructor(status: 403 | 404 | 422, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** One address of the API. */
export interface Endpoint {
  method: 'get' | 'post';
  /** Below `/api/v1`, as OpenAPI writes it. */
  path: string;
  summary: string;
  params: z.ZodObject;
  query: z.ZodObject;
  body: z.ZodObject | null;
  response: z.ZodType;
  handle: (pages: PageContext, input: unknown) => Promise<object> | object;
}

/** Ties a handler to the schemas of what it gets. */
function define<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject = z.ZodObject>(endpoint: {
  method?: 'get' | 'post';
  path: string;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  response: z.ZodType;
  handle: (pages: PageContext, input: z.infer<P> & z.infer<Q> & z.infer<B>) => Promise<object> | object;
}): Endpoint {
  const params = endpoint.params ?? questions.noQuery;
  const query = endpoint.query ?? questions.noQuery;
  return {
    method: 'get',
    ...endpoint,
    params,
    query,
    body: endpoint.body ?? null,
    // The router has parsed it with these schemas.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    handle: (pages, input) => endpoint.handle(pages, input as z.infer<P> & z.infer<Q> & z.infer<B>),
  };
}

/** Everything that the API can be asked. */
export const endpoints: readonly Endpoint[] = [
  define({
    path: '/counts',
    summary: 'Records by status, where the claimed ones are, and how fast they end',
    response: answers.countsSchema,
    handle: async ({ readRecords, readQueue }) => {
      const { counts, rate } = readRecords();
      const queue = await readQueue();
      const jobs = 'error' in queue ? null : { ...queue, completed: queue.unsettled, failed: 0 };
      return { records: counts, claimed: jobs && splitClaimed(counts.running, jobs), rate };
    },
  }),
  define({
    path: '/records',
    summary: 'Records that match, one page of them',
    query: questions.recordsQuery,
    response: answers.recordsSchema,
    handle: (pages, { limit = 100, after, ...asked }) => {
      const { q, ...fields } = asked;
      const read = new Map<string, string | undefined>(Object.entries({ q, ...fields }));
      const { filter, sort, doubts } = queryOf(pages, (field) => read.get(field));
      const at = after === undefined ? undefined : { after };
      const { total, rows } = searchJobs(pages.source.workflow, { filter, sort, limit: limit + 1, at });
      const records = rows.slice(0, limit);
      return { total, records, next: rows.length > limit ? (records.at(-1)?.id ?? null) : null, doubts };
    },
  }),
  define({
    path: '/records/{id}',
    summary: 'One record with all its attempts',
    params: questions.idParams,
    response: answers.recordDetailSchema,
    handle: ({ source }, { id }) => recordOf(source, id),
  }),
  define({
    path: '/records/{id}/curves',
    summary: 'The SCF iterations and optimization cycles of an attempt',
    params: questions.idParams,
    query: questions.attemptOnly,
    response: answers.curvesSchema,
    handle: async ({ source, chemistry }, { id, attempt }) => {
      const shown = attemptOf(recordOf(source, id), attempt);
      const curves = await readWholeCurves(
        source.jobRoot,
        await dirOf(source, id, shown),
        chemistry.followCurves,
      );
      return { attempt: shown, ...curves };
    },
  }),
  define({
    path: '/records/{id}/geometry',
    summary: 'The newest geometry of a record',
    params: questions.idParams,
    query: questions.attemptOnly,
    response: answers.geometrySchema,
    handle: async ({ source, chemistry }, { id, attempt }) => {
      const shown = attemptOf(recordOf(source, id), attempt);
      const [record] = loadRecords(source.workflow, [id]);
      if (!record) throw new ApiProblem(404, `there is no record ${id}`);
      const found = await findGeometry(chemistry, source.jobRoot, { ...record, attempt: shown ?? 0 });
      if ('error' in found) throw new ApiProblem(422, found.error);
      return found;
    },
  }),
  define({
    path: '/records/{id}/files',
    summary: 'The files of an attempt, with where to get them',
    params: questions.idParams,
    query: questions.attemptOnly,
    response: answers.filesSchema,
    handle: async ({ source }, { id, attempt }) => {
      const shown = attemptOf(recordOf(source, id), attempt);
      const dir = await dirOf(source, id, shown);
      const files = await Promise.all(
        Object.entries(runFiles).map(async ([name, file]) => {
          const found = dir === undefined ? undefined : await stat(join(dir, file)).catch(() => undefined);
          const href = `/jobs/${id}/files/${name}?attempt=${shown ?? 1}`;
          return found?.isFile() === true ? [{ name, bytes: found.size, href }] : [];
        }),
      );
      return { attempt: shown, files: files.flat() };
    },
  }),
  define({
    path: '/events',
    summary: 'What happened last: attempts that ended, batches, batches that were stopped',
    query: questions.eventsQuery,
    response: answers.eventsSchema,
    handle: ({ source }, { limit = 100 }) => ({ events: listEvents(source.workflow, limit) }),
  }),
  define({
    path: '/nodes',
    summary: 'Consumers as they are, and what each node has done',
    response: answers.nodesSchema,
    handle: async ({ source, readQueue }) => {
      const queue = await readQueue();
      return {
        consumers: 'error' in queue ? null : queue.consumers,
        health: listNodeHealth(source.workflow),
      };
    },
  }),
  define({
    path: '/allocations',
    summary: 'Allocations that oact submitted',
    response: answers.allocationsSchema,
    handle: ({ source }) => ({ allocations: listAllocations(source.workflow, new Date(0)) }),
  }),
  define({
    method: 'post',
    path: '/actions',
    summary: 'Requeue, cancel or move records; a board that was not started with --allow-actions refuses',
    body: questions.actionBody,
    response: answers.actionSchema,
    handle: async ({ actions }, { verb, ids, dryRun }) => {
      if (!actions.bulk) throw new ApiProblem(403, 'this board is read-only: start it with --allow-actions');
      const ranges = ids.map((id) => ({ from: id, to: id }));
      if (dryRun) {
        const { count, text } = await actions.bulk.preview(verb, ranges);
        return { dryRun, count, text };
      }
      return { dryRun, count: null, text: (await actions.bulk.act(verb, ranges)).sentence };
    },
  }),
];

type Source = PageContext['source'];

function recordOf({ workflow }: Source, id: number): NonNullable<ReturnType<typeof showRecord>> {
  const record = showRecord(workflow, id);
  if (!record) throw new ApiProblem(404, `there is no record ${id}`);
  return record;
}

function attemptOf(record: ReturnType<typeof recordOf>, wanted: number | undefined): number | null {
  if (wanted === undefined) return record.attempts.at(-1)?.attempt ?? null;
  if (!record.attempts.some(({ attempt }) => attempt === wanted))
    throw new ApiProblem(404, `record ${record.id} has no attempt ${wanted}`);
  return wanted;
}

async function dirOf(source: Source, id: number, attempt: number | null): Promise<string | undefined> {
  return attempt === null ? undefined : findRunDir(source.jobRoot, recordOf(source, id).jobDir, attempt);
}
