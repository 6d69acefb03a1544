import { renderBanner } from '../output/render-head.ts';
import { normalEnd, renderFinalEnergy, renderRunTime } from '../output/render-results.ts';
import { type Output, writeError } from '../output/write-output.ts';

/** What stands on many desktops under the name `orca`: GNOME's screen reader, started without a desktop. */
export const screenReaderWords = 'Cannot start the screen reader because it cannot connect to the Desktop.\n';

/** A finished run of another molecule, as it stands before the new one in a file that is appended to. */
export function renderOldRun(version: string): string {
  return `${renderBanner(version)}${renderFinalEnergy(-76.123456789)}\n${normalEnd}${renderRunTime(61_000)}\n`;
}

const megabyte = 1024 * 1024;

/** 100 MB of a population analysis. */
export function writeHugeAnalysis(output: Output): void {
  const line = `  ${'0Np  s       :     0.123456  pz :     0.012345  dxz:     0.001234  f0 :     0.000123'.padEnd(93)}\n`;
  const piece = line.repeat(Math.ceil(megabyte / line.length));
  for (let written = 0; written < 100 * megabyte; written += piece.length) output.write(piece);
}

/** 20 MB of what UCX says where it may not make shared memory; the run goes on. */
export function floodErrors(): void {
  const line =
    '[node7:12345:0:12345]      mm_posix.c:195  UCX  ERROR shmget(size=2097152 flags=0xfb0) for mm_recv_desc failed: Operation not permitted, please check shared memory limits\n';
  const piece = line.repeat(Math.ceil(megabyte / line.length));
  for (let written = 0; written < 20 * megabyte; written += piece.length) writeError(piece);
}

/** A second attempt that was appended to a finished one, as a job script with `>>` does, and died in the loader. */
export function anotherAttempt(programDirectory: string): string {
  return `${programDirectory}/orca: error while loading shared libraries: libmpi.so.40: cannot open shared object file: No such file or directory\n`;
}

/** What the analysis of the wave function says of one that is no minimum. */
export const unstableWords =
  '\n-------------------------\nSCF STABILITY ANALYSIS\n-------------------------\nStability Analysis indicates an UNSTABLE HF/KS wave function.\n\n';
