import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { CurveFollower, Curves } from '../../core/progress/job-curves.ts';
import type { Feed, Message } from '../live/feed.ts';
import { runFiles } from './find-run-dir.ts';
import { openBelow } from './open-below.ts';

/** What a page shows of the end of an output. */
const tailBytes = 32_768;
/** At most this much per look: a page that is opened late catches up without holding up the others. */
const longestReadBytes = 16 * 1024 * 1024;

/** An output that is followed. */
interface Followed {
  dir: string;
  file: FileHandle;
  /** How far the curves have read. */
  position: number;
  /** How far the tail was told. */
  told: number;
  decoder: StringDecoder;
  curves: CurveFollower;
  drawn: string;
}

/**
 * Tells the growing end of a run's output, and the curves in it. Another run of the job, or another attempt, begins anew.
 * @param options.locate the directory of the run that is shown; undefined: there is none
 */
export function followRun(options: {
  jobRoot: string;
  locate: () => Promise<string | undefined>;
  followCurves: () => CurveFollower;
}): Feed {
  let run: Followed | undefined;
  let tail = '';
  let isClosed = false;

  const begin = async (dir: string): Promise<Followed | undefined> => {
    const file = await openBelow(options.jobRoot, join(dir, runFiles.output)).catch(() => undefined);
    if (!file) return undefined;
    const { size } = await file.stat();
    const told = Math.max(0, size - tailBytes);
    return {
      dir,
      file,
      position: 0,
      told,
      decoder: new StringDecoder(),
      curves: options.followCurves(),
      drawn: '',
    };
  };
  const end = (): void => {
    void run?.file.close().catch(() => undefined);
    run = undefined;
    tail = '';
  };

  return {
    async look() {
      const messages: Message[] = [];
      const dir = await options.locate();
      if (dir !== run?.dir) {
        const had = run !== undefined;
        end();
        if (dir !== undefined) run = await begin(dir);
        if (had || run) messages.push({ event: 'tail', data: { text: '', isNew: true } });
      }
      // Everybody has left while it was opened.
      if (isClosed) end();
      if (!run) return messages;
      const text = await readTail(run);
      if (text !== '') {
        tail = (tail + text).slice(-tailBytes);
        messages.push({ event: 'tail', data: { text, isNew: false } });
      }
      await readCurves(run);
      const curves = pickCurves(run.curves.read());
      if (JSON.stringify(curves) !== run.drawn) {
        run.drawn = JSON.stringify(curves);
        messages.push({ event: 'curves', data: curves });
      }
      return messages;
    },
    recall: () => [
      { event: 'tail', data: { text: tail, isNew: true } },
      ...(run && run.drawn !== '' ? [{ event: 'curves', data: JSON.parse(run.drawn) as unknown }] : []),
    ],
    close: () => {
      isClosed = true;
      end();
    },
  };
}

async function readTail(run: Followed): Promise<string> {
  const buffer = Buffer.alloc(tailBytes * 2);
  const { size } = await run.file.stat();
  // A burst of populations is longer than anybody reads: its end is enough.
  run.told = Math.max(run.told, size - buffer.length);
  const { bytesRead } = await run.file.read(buffer, 0, buffer.length, run.told);
  run.told += bytesRead;
  return run.decoder.write(buffer.subarray(0, bytesRead));
}

async function readCurves(run: Followed): Promise<void> {
  const buffer = Buffer.alloc(1024 * 1024);
  for (let read = 0; read < longestReadBytes;) {
    const { bytesRead } = await run.file.read(buffer, 0, buffer.length, run.position);
    run.curves.push(buffer.subarray(0, bytesRead));
    run.position += bytesRead;
    read += bytesRead;
    if (bytesRead < buffer.length) break;
  }
}

/** So many iterations are a curve. */
const enoughPoints = 3;

/** Of the SCFs the last one that can be drawn: those before are points of the optimization. */
function pickCurves({ scf, optimization }: Curves): Curves {
  const last = scf.at(-1)?.number ?? 0;
  const newest = scf.filter(({ number }) => number === last);
  const before = scf.filter(({ number }) => number === last - 1);
  return { scf: newest.length >= enoughPoints || before.length === 0 ? newest : before, optimization };
}
