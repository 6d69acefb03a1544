/** What a Redis that is there answers instead of doing what it was asked, in our words. */
import { OactError } from '../errors.ts';

const untilItWrites = 'Nothing is lost: oact retries as soon as Redis can write.';

/** Redis's own word at the head of a refusal, our words for it, and what the reader can do. */
const refusals: readonly [
  word: string,
  code: 'REDIS_FULL' | 'REDIS_READ_ONLY' | 'REDIS_UNREACHABLE',
  what: string,
  hint: string,
][] = [
  [
    'OOM',
    'REDIS_FULL',
    'Redis is full (it has reached maxmemory) and refuses to write',
    `Raise maxmemory, or lower queue.highWater. ${untilItWrites}`,
  ],
  [
    'MISCONF',
    'REDIS_FULL',
    'Redis cannot write to its own disk, so it refuses to write',
    `Free space on the disk of Redis, and read its log. ${untilItWrites}`,
  ],
  [
    'NOREPLICAS',
    'REDIS_READ_ONLY',
    'Redis refuses to write because it has lost its replicas',
    'Restart the replicas, or set min-replicas-to-write 0.',
  ],
  [
    'READONLY',
    'REDIS_READ_ONLY',
    'this Redis has become a read-only replica',
    'Use the address of its primary.',
  ],
  [
    'BUSY',
    'REDIS_UNREACHABLE',
    'Redis runs a script and answers nothing else',
    'Wait, or restart the server: oact redis stop --force, then oact redis start.',
  ],
  ['LOADING', 'REDIS_UNREACHABLE', 'Redis is still reading its files', 'Wait; 1 GB takes about 10 s.'],
  ['MASTERDOWN', 'REDIS_UNREACHABLE', 'this Redis has lost its primary', 'Use the address of its primary.'],
];

/**
 * A refusal of Redis in our words; undefined for any other error, also for one of ours. A script's error holds the refusal in its
 * middle under Redis 6.
 */
export function explainRefusal(error: unknown): OactError | undefined {
  if (!(error instanceof Error) || error instanceof OactError) return undefined;
  const text = error.message;
  if (/max number of clients reached/.test(text))
    return new OactError('REDIS_FULL', `Redis accepts no more clients: ${text}`, {
      hint: 'Start it with a higher ulimit -n; oact redis start says how many consumers it can serve.',
      cause: error,
    });
  if (error.name !== 'ReplyError') return undefined;
  if (text.startsWith('NOPERM'))
    return new OactError('REDIS_NO_PERMISSION', `Redis refuses a command: ${text}`, {
      hint:
        'After an update of oact, run oact redis start: it gives the users of a running server their new rights. A Redis ' +
        'of the site needs the rights in .oact/redis/users.acl.',
      cause: error,
    });
  if (text.startsWith('NOSCRIPT'))
    return new OactError('REDIS_SCRIPTS_MISSING', "the campaign's Redis lacks the scripts of this oact", {
      hint: 'On the login node: oact redis start. It gives them to the running server.',
      cause: error,
    });
  const found = refusals.find(([word]) => new RegExp(`(^|: -)${word} `).test(text));
  if (found === undefined) return undefined;
  const [, code, what, hint] = found;
  return new OactError(code, `${what} (${text.replace(/ script: .*/s, '').slice(0, 200)})`, {
    hint,
    cause: error,
  });
}
