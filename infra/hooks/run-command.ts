import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import { messageOf, OactError } from '../../core/errors.ts';
import type { HookEvent } from './hook-event.ts';

/** Enough of what it wrote last to see why it failed. */
const keptCharacters = 500;

/**
 * Runs a hook's program in the campaign's directory: the event as JSON on stdin and in short in `OACT_EVENT_…`. It is in a
 * session of its own, and all of it ends when its time is over.
 * @throws OactError HOOK_FAILED with the last it wrote to stderr
 */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  event: HookEvent,
  timeoutSeconds: number,
): Promise<void> {
  const child = execa(program, args, {
    cwd: event.campaign.directory,
    extendEnv: false,
    env: {
      ...hookEnvironment(inheritedEnvironment()),
      OACT_EVENT_NAME: event.event,
      OACT_EVENT_MESSAGE: event.message,
      OACT_EVENT_AT: event.at,
      OACT_EVENT_CAMPAIGN: event.campaign.id,
      OACT_EVENT_DIRECTORY: event.campaign.directory,
      OACT_EVENT_TEST: event.isTest ? '1' : '0',
    },
    input: JSON.stringify(event),
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    detached: true,
    reject: false,
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-keptCharacters)));
  const timer = new AbortController();
  // The end of the program, not of its pipes: what it left in the background may hold them open.
  const ended = child.pid === undefined ? child.then(explainStart) : once(child, 'exit').then(explainExit);
  const tooLate = delay(timeoutSeconds * 1000, undefined, { signal: timer.signal }).then(
    () => {
      stopSession(child.pid);
      return `was stopped after ${timeoutSeconds} s`;
    },
    () => undefined,
  );
  const failure = await Promise.race([ended, tooLate]);
  timer.abort();
  // What the pipe still holds.
  await Promise.race([child, delay(100, undefined, { ref: false })]);
  child.stderr?.destroy();
  if (failure === undefined) return;
  const lastLine = words.trim().split('\n').at(-1) ?? '';
  throw new OactError('HOOK_FAILED', `${program} ${failure}${lastLine === '' ? '' : `: ${lastLine}`}`, {
    hint: `Test it with oact hooks test ${event.event}.`,
  });
}

function explainStart({ cause }: { cause?: unknown }): string {
  return `cannot be started: ${messageOf(cause)}`;
}

function explainExit([code, signal]: (number | string | null)[]): string | undefined {
  return code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`;
}

function stopSession(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

const redisNames = /^(?:OACT_REDIS_.*|REDIS_URL|REDIS_PASSWORD|REDISCLI_AUTH)$/;
/** An address with a password in it, under whatever name. */
const redisAddress = /\b(?:redis|rediss|valkey|valkeys):\/\/[^\s/@]*:[^\s/@]+@/i;

/** The environment without Redis passwords, and without where they are. Pure. */
function hookEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !redisNames.test(name) && !redisAddress.test(value ?? '')),
  );
}
