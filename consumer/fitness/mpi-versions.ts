/** The Open MPI that each ORCA is built with, by the download pages of ORCA. */
const mpiOfOrca: readonly [version: RegExp, mpi: string][] = [
  [/^5\./, '4.1.1'],
  [/^6\.0/, '4.1.6'],
  [/^6\./, '4.1.8'],
];

/** `4.1.4` of `mpirun (Open MPI) 4.1.4`; null: another MPI. */
export function parseOpenMpiVersion(text: string): string | null {
  return /\(Open MPI\)\s+(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null;
}

/**
 * The Open MPI that an ORCA wants, as far as it can be known without running a calculation: ORCA has no `--version`, but
 * archives of it unpack to directories such as `orca_6_0_1_linux_x86-64_shared_openmpi416`.
 * @param path with symbolic links resolved
 * @returns null: not known
 */
export function wantedOpenMpi(path: string): string | null {
  const [, major, minor, patch] = /openmpi[-_]?(\d)[._]?(\d)[._]?(\d{1,2})(?!\d)/i.exec(path) ?? [];
  if (major !== undefined) return `${major}.${minor}.${patch}`;
  const [, first, second] = /orca[-_/]?v?(\d)[._](\d)/i.exec(path) ?? [];
  const orca = `${first}.${second}`;
  return mpiOfOrca.find(([version]) => version.test(orca))?.[1] ?? null;
}
