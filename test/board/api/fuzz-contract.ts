import { z } from 'zod';

/** Of an OpenAPI document, what a test walks. */
export const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(
    z.string(),
    z.partialRecord(
      z.enum(['get', 'post']),
      z.looseObject({
        parameters: z
          .array(
            z.looseObject({
              name: z.string(),
              in: z.enum(['path', 'query']),
              required: z.boolean(),
              schema: z.looseObject({}),
            }),
          )
          .optional(),
        requestBody: z
          .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })) })
          .optional(),
        responses: z.record(
          z.string(),
          z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })) }),
        ),
      }),
    ),
  ),
});

export type Document = z.infer<typeof documentSchema>;

/** The same numbers for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const strange: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  '9'.repeat(60),
  '\0',
  "'; drop table structures --",
  '%',
  '../../etc/passwd',
  '💥',
  'U Cl',
  'charge:2',
  'status:failed "',
  '1-2,5',
  '[object Object]',
  '__proto__',
  'x'.repeat(500),
];

const pick = <T>(list: readonly T[], random: () => number): T | undefined =>
  list[Math.floor(random() * list.length)];

/** A value that a schema allows, or, now and then, one that it may not. */
export function makeValue(schema: Record<string, unknown>, random: () => number, wildness: number): unknown {
  if (random() < wildness) return pick<unknown>([...strange, null, true, [], {}, -3, 1.5, 2 ** 53], random);
  const choices: unknown = schema['enum'];
  if (Array.isArray(choices)) return pick<unknown>(choices, random);
  switch (schema['type']) {
    case 'integer':
    case 'number': {
      const low = Number(schema['minimum'] ?? 0);
      return random() < 0.3
        ? low
        : low + Math.floor(random() * Math.min(25, Number(schema['maximum'] ?? 25) - low + 1));
    }
    case 'boolean':
      return random() < 0.5;
    case 'array':
      return Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        makeValue(objectOf(schema['items']), random, wildness),
      );
    case 'object':
      return Object.fromEntries(
        Object.entries(objectOf(schema['properties'])).map(([name, one]) => [
          name,
          makeValue(objectOf(one), random, wildness),
        ]),
      );
    default:
      return pick(strange, random);
  }
}

export function objectOf(value: unknown): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  return parsed.success ? parsed.data : {};
}
