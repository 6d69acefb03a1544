import { closeFile } from '../../core/file-calls.ts';
import { openPlainFile, openSizedFile, readChunks } from '../../core/plain-file.ts';
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
  for await (const chunk of path.endsWith('.gz') ? readCompressed(path) : readPlain(path)) reader.push(chunk);
  return reader.finish();
}

async function* readPlain(path: string): AsyncGenerator<Buffer> {
  const { file, size } = await openSizedFile(path);
  try {
    yield* readChunks(file, size);
  } finally {
    await closeFile(file);
  }
}

async function* readCompressed(path: string): AsyncGenerator<Buffer> {
  const file = (await openPlainFile(path)).createReadStream({ highWaterMark: 256 * 1024 });
  const chunks: AsyncIterable<Buffer> = file.compose(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }));
  yield* chunks;
}
