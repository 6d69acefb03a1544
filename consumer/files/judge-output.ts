import type { FileHandle } from 'node:fs/promises';
import { openSizedFile } from '../../core/plain-file.ts';
import type { Calculation } from '../../core/job/calculation.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { Metrics } from '../../core/job/result.ts';
import { constants, createGunzip } from 'node:zlib';
import { createOutputReader, type OutputFacts } from '../../orca/output/read-output.ts';
import type { DoubtRules } from '../../orca/verdict/find-warnings.ts';
import { judge } from '../../orca/verdict/judge.ts';

/** What an output says whose run nobody watched. */
export type OutputVerdict =
  | { kind: 'ended'; outcome: Outcome; metrics: Metrics }
  /** ORCA has not said that it is over: it may still run, or was killed. */
  | { kind: 'unfinished' }
  /** The output of another program. */
  | { kind: 'not_orca' };

/** With these words in the last lines ORCA gives up; the existing system knows failures by them too. */
const lastWords = /aborting the run|Error/;

/** The verdict on an output that was found on disk: by its text alone, with the run type that ORCA itself names. */
export async function judgeOutput(path: string, rules?: DoubtRules): Promise<OutputVerdict> {
  const output = await readFacts(path);
  if (output.version === null && output.runBanner === null) return { kind: 'not_orca' };
  if (!output.endedNormally && !output.lastLines.some((line) => lastWords.test(line)))
    return { kind: 'unfinished' };
  const runType = runTypeOf(output);
  return {
    kind: 'ended',
    ...judge({ output, stderr: '', runType, exitCode: null, signal: null, ...(rules && { rules }) }),
  };
}

function runTypeOf({ runBanner, maxGradientHartreePerBohr }: OutputFacts): Calculation['runType'] {
  if (runBanner?.endsWith('Geometry Optimization Run') === true) return 'optimization';
  const isGradient = runBanner?.endsWith('Energy+Gradient Calculation') ?? maxGradientHartreePerBohr !== null;
  return isGradient ? 'gradient' : 'single_point';
}

/**
 * Reads one output in pieces, also a compressed one (`.gz`); a 2 GB file needs no more memory than a small one.
 * Of a compressed one that was cut, what is there.
 * @throws the errors of the file system and of zlib
 */
export async function readFacts(path: string): Promise<OutputFacts> {
  const reader = createOutputReader();
  const { file, size } = await openSizedFile(path);
  try {
    const chunks: AsyncIterable<Buffer> = path.endsWith('.gz')
      ? file
          .createReadStream({ autoClose: false })
          .compose(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))
      : readChunks(file, size);
    for await (const chunk of chunks) reader.push(chunk);
  } finally {
    await file.close();
  }
  return reader.finish();
}

const chunkBytes = 256 * 1024;

/** A stream would allocate a large buffer for a small file, and read an empty one. */
async function* readChunks(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let position = 0, isEnd = size === 0; !isEnd;) {
    // One byte more than is there: a read that does not fill the buffer has met the end.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size + 1));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
    isEnd = bytesRead < buffer.length;
  }
}
