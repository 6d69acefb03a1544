import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { IdRange } from '../../../workflow/records/list-candidates.ts';
import { aBoardWorld, type BoardWorld } from '../a-board.ts';
import { visitBoard } from '../visit-board.ts';
import { createRandom, type Document, documentSchema, makeValue, objectOf } from './fuzz-contract.ts';

/** In the suite a few seconds; OACT_FUZZ_SECONDS for longer. */
const fuzzMs = 1000 * Number(process.env['OACT_FUZZ_SECONDS'] ?? 3);

let world: BoardWorld;
let bases: Record<'reading' | 'acting', string>;
let document: Document;
const acted: (readonly IdRange[])[] = [];
const headersOf = (): Record<string, string> => ({ Authorization: `Bearer ${world.token}` });
const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${bases.reading}api/v1${path}`, { headers: headersOf(), ...init });
const jsonOf = async (path: string): Promise<Record<string, unknown>> =>
  objectOf(await (await get(path)).json());

beforeAll(async () => {
  world = await aBoardWorld();
  const acting = await world.start({
    bulk: {
      preview: (verb, ids) => Promise.resolve({ count: ids.length, text: verb, command: 'oact' }),
      act: (_verb, ids) => {
        acted.push(ids);
        return Promise.resolve({ isDone: true, sentence: 'done' });
      },
    },
  });
  bases = { reading: (await world.start()).url, acting: acting.url };
  document = documentSchema.parse(await (await get('/openapi.json')).json());
});
afterAll(() => world?.remove());

type Operation = NonNullable<Document['paths'][string]['get']>;
const listOperations = (): { path: string; method: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation && path !== '/stream' ? [{ path, method, operation }] : [],
    ),
  );

/** Asks what the document allows, and checks that the answer is one that it announces. */
async function ask(
  { path, method, operation }: ReturnType<typeof listOperations>[number],
  random: () => number,
  wildness: number,
): Promise<{ status: number; question: string }> {
  const query = new URLSearchParams();
  let address = path;
  for (const { name, in: place, required, schema } of operation.parameters ?? []) {
    if (!required && random() < 0.6) continue;
    const value = makeValue(schema, random, wildness);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (place === 'query') query.append(name, text);
    else address = address.replace(`{${name}}`, encodeURIComponent(text === '' ? ' ' : text));
  }
  const body = operation.requestBody?.content['application/json']?.schema;
  const base = random() < 0.5 ? bases.reading : bases.acting;
  const init: RequestInit = { method: method.toUpperCase(), headers: headersOf() };
  const sent = body && (random() < wildness ? '{"ids":' : JSON.stringify(makeValue(body, random, wildness)));
  if (sent !== undefined) init.body = sent;
  const question = `${method} ${address}?${query.toString()} ${sent ?? ''}`;
  const response = await fetch(`${base}api/v1${address}?${query.toString()}`, init);
  const { status } = response;
  const announced = operation.responses[String(status)]?.content['application/json']?.schema;
  expect({ question, status, isAnnounced: announced !== undefined }).toMatchObject({ isAnnounced: true });
  const answer: unknown = await response.json();
  const checked = z.fromJSONSchema(announced ?? {}).safeParse(answer);
  expect({ question, issues: checked.error?.issues ?? [] }).toEqual({ question, issues: [] });
  return { status, question };
}

describe('the contract of /api/v1', () => {
  it('names every address, with answers for each, and no two operations alike', () => {
    const names = listOperations().map(({ path, method }) => `${method} ${path}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'get /counts',
        'get /records',
        'get /records/{id}',
        'get /records/{id}/curves',
        'get /events',
        'get /nodes',
        'get /allocations',
        'post /actions',
      ]),
    );
    const ids = listOperations().map(({ operation }) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is kept for questions that it allows', { timeout: 60_000 }, async () => {
    const random = createRandom(7);
    for (const operation of listOperations())
      for (let round = 0; round < 12; round += 1)
        expect([200, 400, 403, 404, 422]).toContain((await ask(operation, random, 0)).status);
  });

  it('answers what a user asks first', async () => {
    for (const path of [
      'counts',
      'records',
      'records/1',
      'records/1/curves',
      'events',
      'nodes',
      'allocations',
    ])
      expect([
        path,
        (await fetch(`${bases.reading}api/v1/${path}`, { headers: headersOf() })).status,
      ]).toEqual([path, 200]);
  });

  it.each([
    ['records?limit=abc', undefined, 'limit: Invalid input: expected number'],
    ['records?colour=red', undefined, 'not known: colour; known: q, status'],
    ['actions', '{"ids":', 'the body is not JSON'],
    ['actions', '{}', 'verb: Invalid option'],
    ['actions', '[]', 'the body: Invalid input'],
  ])('refuses %s with %s in words', async (path, body, words) => {
    const method = body === undefined ? 'GET' : 'POST';
    const init: RequestInit = { method, headers: headersOf(), ...(body === undefined ? {} : { body }) };
    const response = await fetch(`${bases.acting}api/v1/${path}`, init);
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringContaining(words) },
    ]);
  });

  it('is kept for anything else: no answer is a failure of the server', { timeout: 200_000 }, async () => {
    const random = createRandom(Date.now());
    const untilMs = performance.now() + fuzzMs;
    const counts: Record<number, number> = {};
    while (performance.now() < untilMs)
      for (const operation of listOperations()) {
        const { status } = await ask(operation, random, 0.4);
        counts[status] = (counts[status] ?? 0) + 1;
      }
    process.stdout.write(`api fuzz: ${JSON.stringify(counts)}\n`);
    expect(counts[400]).toBeGreaterThan(0);
    expect(counts[500]).toBeUndefined();
  });
});

describe('the API', () => {
  it('answers nobody without the token, and acts for no browser session', async () => {
    expect((await get('/counts', { headers: {} })).status).toBe(401);
    const cookie = await visitBoard(
      { url: bases.acting, stop: () => Promise.resolve() },
      world.token,
    ).logIn();
    const body = JSON.stringify({ verb: 'cancel', ids: [1], dryRun: false });
    const init = { method: 'POST', body, headers: cookie };
    expect((await fetch(`${bases.acting}api/v1/actions`, init)).status).toBe(403);
    expect((await fetch(`${bases.reading}api/v1/actions`, { ...init, headers: headersOf() })).status).toBe(
      403,
    );
    const acting = { ...init, headers: headersOf() };
    acted.length = 0;
    const dry = await fetch(`${bases.acting}api/v1/actions`, {
      ...acting,
      body: '{"verb":"cancel","ids":[1,5]}',
    });
    expect(await dry.json()).toEqual({ dryRun: true, count: 2, text: 'cancel' });
    expect(acted).toEqual([]);
    await fetch(`${bases.acting}api/v1/actions`, acting);
    expect(acted).toEqual([[{ from: 1, to: 1 }]]);
  });

  it('walks through all records, page by page, each once', async () => {
    const ids: unknown[] = [];
    let after = '';
    for (let page = 0; page < 9; page += 1) {
      const { records, next, total } = await jsonOf(`/records?limit=7&sort=status${after}`);
      expect(total).toBe(20);
      if (Array.isArray(records)) ids.push(...records.map((one) => objectOf(one)['id']));
      if (next === null) break;
      after = `&after=${JSON.stringify(next)}`;
    }
    expect(ids.map(Number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(await jsonOf('/records?q=scf_not_converged')).toMatchObject({
      total: 1,
      records: [{ id: 17, name: 'UCl4-7' }],
      next: null,
    });
    expect(await jsonOf('/records?formula=xx')).toMatchObject({ doubts: [expect.stringContaining('xx')] });
  });

  it('shows a record, its files and its curves, and says what is not there', async () => {
    expect(await jsonOf('/records/17')).toMatchObject({
      id: 17,
      attempts: [{ attempt: 1, class: 'scf_not_converged' }],
    });
    expect(await jsonOf('/records/17/files')).toMatchObject({
      attempt: 1,
      files: expect.arrayContaining([expect.objectContaining({ name: 'output' })]),
    });
    expect(await jsonOf('/records/17/curves')).toEqual({ attempt: 1, scf: [], optimization: [] });
    expect(await jsonOf('/records/99')).toEqual({ error: 'there is no record 99' });
    expect(await jsonOf('/records/17?attempt=3')).toMatchObject({
      error: expect.stringContaining('attempt'),
    });
    expect(await jsonOf('/nothing')).toMatchObject({ error: expect.stringContaining('openapi.json') });
  });

  it('streams the counts first', async () => {
    const stop = new AbortController();
    const response = await get('/stream', { signal: stop.signal });
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toMatch(/^event: counts\ndata: \{"to_run":19/);
    stop.abort();
  });

  it('has a page for readers that loads nothing from outside', async () => {
    const page = await (await get('')).text();
    expect(page).toContain('GET /api/v1/records/{id}');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(page).not.toMatch(/<script(?![^>]* src=)/);
  });
});
