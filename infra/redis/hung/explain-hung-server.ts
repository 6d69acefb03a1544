/** Why a campaign's own server does not answer, and what ends that. */
import { hostname } from 'node:os';
import { type ServerRecord, serverRecordPath } from '../../../core/redis/campaign-redis.ts';
import { type ErrorCode, OactError } from '../../../core/errors.ts';
import { explainForeignProcess, lookAtServerProcess, readDataDir } from './own-server-process.ts';

/** What is known of a server that does not answer. */
export interface HungServer {
  record: Pick<ServerRecord, 'node' | 'pid'>;
  /** The error of the try to ask it. */
  cause: OactError;
  isHere: boolean;
  /** Why its process is not the server; undefined: it is, or nobody can see. */
  foreign: string | undefined;
  /** From /proc; null when it cannot be seen. */
  state: string | null;
  recordPath: string;
}

/** One sentence that says which server hangs and why, and one that says what to do. */
export function describeHungServer(hung: HungServer): { message: string; hint: string } {
  const { record, cause, isHere, foreign, state, recordPath } = hung;
  const server = `this campaign's Redis was started on ${record.node} (process ${record.pid})`;
  const there = isHere ? '' : ` on ${record.node}`;
  const stop = `Run oact redis stop --force${there}, then oact redis start. Nothing that was acknowledged is lost.`;
  if (isHere && foreign !== undefined)
    return {
      message: `${server} and does not answer; another program now has its process id: ${foreign}`,
      hint: `If this campaign has no running server, delete ${recordPath}.`,
    };
  if (state === 'T' || state === 't')
    return {
      message: `${server} and is stopped by a signal (SIGSTOP, Ctrl+Z or a debugger)`,
      hint: `Run kill -CONT ${record.pid} to continue it. ${stop}`,
    };
  if (state === 'D')
    return {
      message: `${server} and waits for a disk that does not answer`,
      hint: `Ask the site's support about the disk. ${stop}`,
    };
  if (/BUSY/.test(cause.message))
    return { message: `${server} and is blocked by a script: ${cause.message}`, hint: stop };
  return {
    message: `${server} and does not answer: ${cause.message}`,
    hint: isHere ? stop : `${stop} If that server is gone for good, delete ${recordPath}.`,
  };
}

/** The same as an error, after a look at the process if it is on this node. */
export function explainHungServer(
  record: ServerRecord,
  campaignDir: string,
  cause: OactError,
  code: ErrorCode = cause.code,
): OactError {
  const isHere = record.node === hostname();
  const facts = isHere ? lookAtServerProcess(record.pid) : null;
  const own = { uid: process.getuid?.() ?? -1, dataDir: readDataDir(campaignDir) };
  const { message, hint } = describeHungServer({
    record,
    cause,
    isHere,
    foreign: facts === null || facts.program === null ? undefined : explainForeignProcess(facts, own),
    state: facts?.state ?? null,
    recordPath: serverRecordPath(campaignDir),
  });
  return new OactError(code, message, { hint, cause });
}
