import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names of the benchmarks to run, in the order of the list. */
  only: string[];
  isQuick: boolean;
  asJson: boolean;
}

/**
 * `--only enqueue,settle --quick --json`.
 * @throws Error on an unknown flag or name
 */
export function parseBenchOptions(args: string[], known: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string' }, quick: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const only = values.only?.split(',') ?? [...known];
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`no benchmark is called ${unknown.join(', ')}; known: ${known.join(', ')}`);
  return { only, isQuick: values.quick ?? false, asJson: values.json ?? false };
}
