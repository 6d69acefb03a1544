/** What a setting may be, in words, read from its zod schema: so no list of allowed values can go stale. */
import { z } from 'zod';

type Wrapper = z.ZodPrefault | z.ZodDefault | z.ZodOptional | z.ZodNullable;

const isWrapper = (schema: z.core.$ZodType): schema is Wrapper =>
  schema instanceof z.ZodPrefault ||
  schema instanceof z.ZodDefault ||
  schema instanceof z.ZodOptional ||
  schema instanceof z.ZodNullable;

/** What stands below the wrappers that give a schema a default, null or a transformation. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (isWrapper(schema)) return unwrap(schema.def.innerType);
  // A preprocessed schema begins with a transformation, which says nothing of what may be written.
  if (schema instanceof z.ZodPipe)
    return unwrap(schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in);
  return schema;
}

/** The schema of one key or place below `schema`; undefined where the schema names none. */
function below(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape[String(key)];
  if (inner instanceof z.ZodRecord) return inner.def.valueType;
  if (inner instanceof z.ZodArray) return inner.element;
  if (inner instanceof z.ZodUnion)
    return inner.options.map((option) => below(option, key)).find((found) => found !== undefined);
  return undefined;
}

export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const key of path) at = at && below(at, key);
  return at;
}

/** The keys that a section knows; empty for what is no section, or takes any key. */
export function keysOf(schema: z.core.$ZodType | undefined): string[] {
  const inner = schema && unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Every key of the schema with its way, `node.slots`; the keys of lists are left out. */
export function listKeys(schema: z.core.$ZodType, above = ''): string[] {
  return keysOf(schema).flatMap((key) => {
    const inner = below(schema, key);
    return [`${above}${key}`, ...(inner === undefined ? [] : listKeys(inner, `${above}${key}.`))];
  });
}

/** `a whole number greater than 0, or null` */
export function describeAllowed(schema: z.core.$ZodType): string {
  const words = describe(schema);
  return takesNull(schema) ? `${words}, or null` : words;
}

function takesNull(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodNullable) return true;
  return isWrapper(schema) && takesNull(schema.def.innerType);
}

/** Words that the schema or one of its wrappers bears. */
function describedAs(schema: z.core.$ZodType): string | undefined {
  const said = z.globalRegistry.get(schema)?.description;
  if (said !== undefined || !isWrapper(schema)) return said;
  return describedAs(schema.def.innerType);
}

function describe(schema: z.core.$ZodType): string {
  const inner = unwrap(schema);
  const said = describedAs(schema);
  if (said !== undefined) return said;
  if (inner instanceof z.ZodNumber) return describeNumber(inner);
  if (inner instanceof z.ZodEnum) return `one of ${inner.options.join(', ')}`;
  if (inner instanceof z.ZodLiteral) return [...inner.values].map(String).join(' or ');
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodString) return 'text';
  if (inner instanceof z.ZodArray) return `a list, each ${describe(inner.element)}`;
  if (inner instanceof z.ZodUnion) return [...new Set(inner.options.map(describe))].join(', or ');
  if (inner instanceof z.ZodObject)
    return `a section with keys such as ${keysOf(inner).slice(0, 3).join(', ')}`;
  return 'a section of keys and values';
}

function describeNumber(schema: z.ZodNumber): string {
  const { type, minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema);
  const range = [
    ...bound('greater than', exclusiveMinimum),
    ...bound('at least', minimum),
    ...bound('at most', maximum),
  ];
  return `${type === 'integer' ? 'a whole number' : 'a number'} ${range.join(' and ')}`.trimEnd();
}

/** Whole numbers end at ±2^53 by themselves. */
function bound(words: string, value: unknown): string[] {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? [`${words} ${value}`] : [];
}
