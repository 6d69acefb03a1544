import { join } from 'node:path';
import type { CurveFollower, Curves } from '../../core/progress/job-curves.ts';
import { runFiles } from './find-run-dir.ts';
import { openBelow } from './open-below.ts';

/** More of an output is not read for one question. */
const longestBytes = 64 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

/** The curves in the output of a run; empty where there is none. */
export async function readWholeCurves(
  jobRoot: string,
  dir: string | undefined,
  followCurves: () => CurveFollower,
): Promise<Curves> {
  const curves = followCurves();
  const file =
    dir === undefined
      ? undefined
      : await openBelow(jobRoot, join(dir, runFiles.output)).catch(() => undefined);
  if (!file) return curves.read();
  try {
    const buffer = Buffer.alloc(pieceBytes);
    for (let position = 0; position < longestBytes;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) break;
      curves.push(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    return curves.read();
  } finally {
    await file.close();
  }
}
