import { z } from 'zod';
import type { Endpoint } from './endpoints.ts';
import { problemSchema } from './answers.ts';

export const apiPath = '/api/v1';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

/** The OpenAPI 3.1 document of the API, from the schemas that check every request. */
export function renderOpenApi(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints)
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: renderOperation(endpoint) };
  paths['/stream'] = {
    get: {
      operationId: 'get_stream',
      summary:
        'Server-sent events: `counts` when the counts change, `event` for each attempt that ends; begins with the counts',
      responses: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        ...problems([401]),
      },
    },
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'oact',
      version: '1',
      description:
        'Records, attempts, events, nodes and allocations of a campaign. Read-only unless the board was started with --allow-actions. Fields may be added; none is taken away within /api/v1.',
    },
    servers: [{ url: apiPath }],
    security: [{ token: [] }],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The content of .oact/board.token' },
      },
    },
    paths,
  };
}

function renderOperation({ method, path, summary, params, query, body, response }: Endpoint): Json {
  const hasId = path.includes('{id}');
  return {
    operationId: `${method}_${path.replaceAll(/[{}]/g, '').replaceAll('/', '_').slice(1)}`,
    summary,
    parameters: [...renderParameters(params, 'path'), ...renderParameters(query, 'query')],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      200: {
        description: 'The answer',
        content: { 'application/json': { schema: schemaOf(response, 'output') } },
      },
      ...problems([
        400,
        401,
        ...(body ? [403] : []),
        ...(hasId ? [404] : []),
        ...(path.endsWith('geometry') ? [422] : []),
        503,
      ]),
    },
  };
}

const problemNames: Readonly<Record<number, string>> = {
  400: 'The question is not understood; the sentence says which part',
  401: 'No token, or not the token of this campaign',
  403: 'The board is read-only, or a browser session asks for an action',
  404: 'There is no such record or attempt',
  422: 'The geometry in the table cannot be read',
  503: 'The database cannot be read at this moment',
};

function problems(codes: readonly number[]): Json {
  const content = { 'application/json': { schema: schemaOf(problemSchema, 'output') } };
  return Object.fromEntries(codes.map((code) => [code, { description: problemNames[code] ?? '', content }]));
}

function renderParameters(schema: z.ZodObject, place: 'path' | 'query'): Json[] {
  const json = schemaOf(schema, 'output');
  const properties = z
    .record(z.string(), z.looseObject({ description: z.string().optional() }))
    .parse(json['properties'] ?? {});
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path',
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}
