import pc from 'picocolors';
import { messageOf, OactError, systemErrorCode } from '../../core/errors.ts';
import { showForeignControls } from './show-controls.ts';
import { explainRefusal } from '../../core/redis/explain-refusal.ts';

/** System errors that reach a person unwrapped, in plain words. */
const plainWords: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such file or directory',
  EADDRINUSE: 'the port is in use',
  ELOOP: 'symbolic links lead in a circle',
  EISDIR: 'it is a directory, not a file',
  ENOTDIR: 'a part of the path is not a directory',
  ENAMETOOLONG: 'the path is too long',
  EPERM: 'the operation is not permitted',
  EIO: 'the disk reports an error',
  EMFILE: 'this shell allows too few open files (ulimit -n): raise the limit, for example to 1024',
  EFBIG: 'the file is larger than this shell allows (ulimit -f)',
  EAGAIN: 'the system allows no more processes, threads or locks (ulimit -u)',
  ESTALE: 'the network file system has lost it (stale file handle)',
};

/** What needs no explanation beyond its words. */
const ordinary: readonly string[] = ['USAGE', 'NOTHING_TO_DO'];

/** What a person reads of an error: what happened, and what to do; a stack only when asked for. */
export function renderError(error: unknown, withStack: boolean): string {
  const isOurs = error instanceof OactError;
  const words = plainWords[systemErrorCode(error) ?? ''];
  const path =
    error instanceof Error && 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : '';
  const message = isOurs || words === undefined ? messageOf(error) : `${words}${path}`;
  // By its code an error is found in docs/troubleshooting.md.
  const code = isOurs && !ordinary.includes(error.code) ? ` ${pc.dim(`[${error.code}]`)}` : '';
  const hint = isOurs && error.hint !== undefined ? `\n      ${error.hint}` : '';
  const lines = [`${pc.red('oact:')} ${message}${hint}${code}`];
  if (!isOurs && words === undefined && !withStack)
    lines.push(
      '      This is a bug in oact. Run the command again with oact --debug … and report the output.',
    );
  if (withStack && error instanceof Error) lines.push(error.stack ?? '');
  if (withStack && error instanceof Error && error.cause !== undefined)
    lines.push(`caused by: ${messageOf(error.cause)}`);
  return lines.join('\n');
}

/** Prints an error to stderr. @returns the exit code */
export function reportError(thrown: unknown, withStack: boolean): number {
  const error = explainRefusal(thrown) ?? thrown;
  process.stderr.write(`${showForeignControls(renderError(error, withStack))}\n`);
  return error instanceof OactError ? error.exitCode : 1;
}
