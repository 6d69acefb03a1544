import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { messageOf, OactError } from '../../core/errors.ts';
import { listEvents } from '../../workflow/reports/list-events.ts';
import { streamEvents } from '../live/stream-events.ts';
import type { Feed, Message } from '../live/feed.ts';
import { reopenIfReplaced } from '../reading/read-records.ts';
import type { PageContext } from '../routes/page-context.ts';
import { ApiProblem, type Endpoint, endpoints } from './endpoints.ts';
import { renderApiPage } from './api-page.ts';
import { apiPath, renderOpenApi } from './render-openapi.ts';

/** `/api/v1`: what programs ask. The pages' own lock stands before it. */
export function createApiRoutes(pages: PageContext): Hono {
  const app = new Hono();
  const document = renderOpenApi(endpoints);
  app.get(`${apiPath}/openapi.json`, (context) => context.json(document));
  app.get(apiPath, (context) =>
    context.html(renderApiPage(pages.shell, endpoints, pages.guard.formKeyOf(context))),
  );
  app.get(`${apiPath}/stream`, (context) =>
    streamEvents(context, pages.polls, 'api', () => followCampaign(pages)),
  );
  for (const endpoint of endpoints) {
    const address = `${apiPath}${endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    app.on(endpoint.method.toUpperCase(), address, (context) => answer(context, endpoint, pages));
  }
  app.all(`${apiPath}/*`, (context) =>
    context.json({ error: 'there is no such address; see /api/v1/openapi.json' }, 404),
  );
  return app;
}

async function answer(context: Context, endpoint: Endpoint, pages: PageContext): Promise<Response> {
  // A browser's session is not enough to act: another page could use it.
  if (endpoint.method === 'post' && context.req.header('Authorization') === undefined)
    return context.json({ error: 'an action needs the token as Authorization: Bearer' }, 403);
  const input = await readInput(context, endpoint);
  if ('error' in input) return context.json({ error: input.error }, 400);
  try {
    reopenIfReplaced(pages.source);
    return context.json(await endpoint.handle(pages, input.value));
  } catch (error) {
    if (error instanceof ApiProblem) return context.json({ error: error.message }, error.status);
    if (error instanceof OactError) return context.json({ error: messageOf(error), code: error.code }, 503);
    throw error;
  }
}

async function readInput(
  context: Context,
  { params, query, body }: Endpoint,
): Promise<{ value: object } | { error: string }> {
  const parts: [z.ZodObject, unknown][] = [
    [params, context.req.param()],
    [query.strict(), context.req.query()],
  ];
  if (body) {
    const text = await context.req.text();
    const given = parseJson(text);
    if (given === undefined) return { error: 'the body is not JSON' };
    parts.push([body.strict(), given]);
  }
  const value = {};
  for (const [schema, given] of parts) {
    const parsed = schema.safeParse(given);
    if (!parsed.success) return { error: explainRefusal(parsed.error, schema) };
    Object.assign(value, parsed.data);
  }
  return { value };
}

/** One line, each mistake with the place that it is about. */
function explainRefusal(error: z.ZodError, schema: z.ZodObject): string {
  return error.issues
    .map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `not known: ${issue.keys.join(', ')}; known: ${Object.keys(schema.shape).join(', ') || 'nothing'}`
        : `${issue.path.join('.') || 'the body'}: ${issue.message}`,
    )
    .join('; ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const rememberedEvents = 200;

/** Counts when they change, and each attempt that ended since the last look. */
function followCampaign({ source, readRecords }: PageContext): Feed {
  let counts = '';
  let newest: string | undefined;
  return {
    look() {
      const messages: Message[] = [];
      const records = readRecords().counts;
      if (JSON.stringify(records) !== counts) messages.push({ event: 'counts', data: records });
      counts = JSON.stringify(records);
      const events = listEvents(source.workflow, rememberedEvents);
      const key = (event: (typeof events)[number]): string => JSON.stringify(event);
      const last = events.findIndex((event) => key(event) === newest);
      // At the first look nothing is new; what fell out of the list is not told again.
      const fresh = newest === undefined ? [] : events.slice(0, last === -1 ? events.length : last);
      for (const event of fresh.toReversed()) messages.push({ event: 'event', data: event });
      newest = events[0] === undefined ? '' : key(events[0]);
      return Promise.resolve(messages);
    },
    recall: () => [{ event: 'counts', data: JSON.parse(counts) as unknown }],
    close: () => undefined,
  };
}
