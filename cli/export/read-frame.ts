import { join } from 'node:path';
import type { Atom } from '../../core/job/calculation.ts';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import { parseEngrad } from '../../orca/output/parse-engrad.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import { readLastFrame, tailOfTrajectory } from '../../orca/input/read-last-frame.ts';
import type { Frame } from '../../orca/output/render-frame.ts';
import { openPlainFile } from '../../core/plain-file.ts';

/** What is known of a completed record. */
export interface FrameSource {
  geometry: string;
  jobDir: string | null;
  finalEnergyHartree: number;
}

export type ReadFrame =
  | {
      kind: 'frame';
      frame: Omit<Frame, 'words'>;
      geometryFrom: string;
      forcesFrom: string | null;
      /** Why there are no forces; null: there are. */
      lack: string | null;
    }
  | { kind: 'skipped'; reason: string };

/** `.engrad` has bohr with seven decimals, an xyz file Å with six to ten: further apart, the two are different geometries. */
const sameGeometryAngstrom = 2e-5;
/** The energy stands in both files with eight decimals or more. */
const sameEnergyHartree = 1e-7;

/**
 * The final geometry of a record with its energy, and the forces that belong to exactly that geometry. An optimization's is the last
 * frame that ORCA wrote; without one the record is left out, because the geometry that it began with is not that of its energy.
 */
export async function readFrame({ geometry, jobDir, finalEnergyHartree }: FrameSource): Promise<ReadFrame> {
  try {
    const initial = parseGeometry(geometry);
    const symbols = initial.map(([symbol]) => symbol);
    const final = jobDir === null ? undefined : await readFinal(jobDir, symbols);
    if (final === 'missing')
      return { kind: 'skipped', reason: 'the last geometry of its optimization is missing' };
    const atoms = final?.atoms ?? initial;
    const text = jobDir === null ? undefined : await readText(join(jobDir, 'orca.engrad'), Infinity);
    const engrad = text === undefined ? undefined : parseEngrad(text);
    const belongs =
      engrad !== undefined &&
      Math.abs(engrad.energyHartree - finalEnergyHartree) < sameEnergyHartree &&
      isSame(engrad.atoms, atoms);
    return {
      kind: 'frame',
      frame: { atoms, energyHartree: finalEnergyHartree, gradient: belongs ? engrad.gradient : null },
      geometryFrom: final?.file ?? 'input',
      forcesFrom: belongs ? 'orca.engrad' : null,
      lack: belongs ? null : describeLack(jobDir, engrad !== undefined),
    };
  } catch (error) {
    return { kind: 'skipped', reason: messageOf(error) };
  }
}

function describeLack(jobDir: string | null, hasGradient: boolean): string {
  if (jobDir === null) return 'no forces: its job directory is missing';
  return hasGradient
    ? `no forces: ${jobDir}/orca.engrad belongs to another geometry or energy`
    : `no forces: there is no orca.engrad in ${jobDir}`;
}

async function readFinal(
  jobDir: string,
  symbols: readonly string[],
): Promise<{ atoms: Atom[]; file: string } | 'missing' | undefined> {
  const tail = tailOfTrajectory(symbols.length);
  const final = await readText(join(jobDir, 'orca.xyz'), tail);
  const trajectory = await readText(join(jobDir, 'orca_trj.xyz'), tail);
  for (const [file, text] of [
    ['orca.xyz', final],
    ['orca_trj.xyz', trajectory],
  ] as const) {
    const atoms = text === undefined ? undefined : readLastFrame(text, symbols);
    if (atoms) return { atoms, file };
  }
  return trajectory === undefined && final === undefined ? undefined : 'missing';
}

/** The end of a file; undefined when there is none. */
async function readText(path: string, bytes: number): Promise<string | undefined> {
  const file = await openPlainFile(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, bytes);
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

function isSame(some: readonly Atom[], others: readonly Atom[]): boolean {
  return (
    some.length === others.length &&
    some.every(([symbol, ...position], index) => {
      const [otherSymbol, ...other] = others[index] ?? [''];
      return (
        symbol === otherSymbol &&
        position.every((value, axis) => Math.abs(value - (other[axis] ?? NaN)) < sameGeometryAngstrom)
      );
    })
  );
}
