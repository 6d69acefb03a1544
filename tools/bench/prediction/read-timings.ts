/** Real run times to learn from: of the engines in `examples/engines/`, which are kept here, and of published ORCA outputs, where those are. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { TimedRun } from '../../../packing/predict/job-shape.ts';

const timingsPath = join(findPackageRoot(), 'tools', 'bench', 'prediction', 'timings.tsv');
const outputs = join(findPackageRoot(), '..', 'shared', 'data', 'orca-outputs');

const readTable = (path: string): Record<string, string>[] => {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
};

/** `O2 U1` */
const expand = (formula: string): string[] =>
  formula.split(' ').flatMap((part) => {
    const [, symbol = '', count = '1'] = /^([A-Z][a-z]?)(\d+)$/.exec(part) ?? [];
    return Array.from({ length: Number(count) }, () => symbol);
  });

/**
 * Runs that were timed on a machine of two cores, which other programs shared.
 * @param clock the time that passed, or that of the CPU, which the others disturb less
 */
export function readEngineTimes(engine: 'xtb' | 'nwchem', clock: 'seconds' | 'cpu_seconds'): TimedRun[] {
  return readTable(timingsPath)
    .filter((row) => row['engine'] === engine)
    .map((row) => ({
      shape: {
        elements: expand(row['elements'] ?? ''),
        charge: Number(row['charge']),
        multiplicity: Number(row['multiplicity']),
        recipe: engine,
        runType: row['run'] ?? '',
        cores: Number(row['cores']),
        doneShare: 0,
      },
      seconds: Number(row[clock]),
      ending: row['ending'] === 'completed' ? 'completed' : 'failed',
    }));
}

/**
 * ORCA's own total run times of published outputs: of many methods, machines and kinds of run, one of each. All count as one recipe, because
 * hardly any method occurs twice. undefined: this machine does not have them.
 */
export function readOrcaTimes(): TimedRun[] | undefined {
  if (!existsSync(join(outputs, 'index.tsv'))) return undefined;
  return readTable(join(outputs, 'index.tsv')).flatMap((row): TimedRun[] => {
    const seconds = Number(row['runtime_s']);
    const isWhole = (row['authenticity'] ?? '').startsWith('real') && (row['outcome'] ?? '').startsWith('ok');
    const elements = isWhole && seconds > 0 ? readElements(join(outputs, row['file'] ?? '')) : [];
    if (elements.length === 0) return [];
    const shape = {
      elements,
      charge: Number(row['charge']) || 0,
      multiplicity: Number(row['mult']) || 1,
      recipe: 'orca',
      runType: row['kind'] ?? '',
      cores: Number(row['nprocs']) || 1,
      doneShare: 0,
    };
    return [{ shape, seconds, ending: 'completed' }];
  });
}

/** Of the first table of coordinates. */
function readElements(path: string): string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  const table =
    /CARTESIAN COORDINATES \(ANGSTROEM\)\r?\n-+\r?\n([\s\S]*?)\r?\n\s*\r?\n/.exec(text)?.[1] ?? '';
  return table.split('\n').flatMap((line) => /^\s*([A-Z][a-z]?)\s+-?\d/.exec(line)?.[1] ?? []);
}
