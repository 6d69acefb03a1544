import type { RequestMatch } from '../../support/tcp-proxy.ts';

// Over the wire goes only the hash of a script's text, so scripts are known by their keys and arguments.

const isScript = (words: readonly string[]): boolean => /^eval(sha)?$/i.test(words[0] ?? '');
const hasKey = (words: readonly string[], name: string): boolean =>
  words.some((word) => word.endsWith(`:default:${name}`));
const namesJob = (words: readonly string[]): boolean => words.some((word) => /^c\d+-a\d+$/.test(word));
const isOfFinished = (words: readonly string[]): boolean =>
  isScript(words) && !hasKey(words, 'marker') && (hasKey(words, 'completed') || hasKey(words, 'failed'));

/** The producer adds a job; its id is packed into an argument. */
export const addsJob =
  (jobId: string): RequestMatch =>
  (words) =>
    isScript(words) && hasKey(words, 'id') && words.some((word) => word.includes(jobId));

/** A consumer asks for its next job. */
export const fetchesJob: RequestMatch = (words) =>
  isScript(words) && hasKey(words, 'active') && hasKey(words, 'limiter') && !namesJob(words);

/** A consumer tells how a job ended. */
export const acksJob =
  (jobId: string): RequestMatch =>
  (words) =>
    isScript(words) &&
    words.includes(jobId) &&
    (hasKey(words, 'metrics:completed') || hasKey(words, 'metrics:failed'));

/** A reconciler reads what is finished. */
export const readsFinished =
  (set: 'completed' | 'failed'): RequestMatch =>
  (words) =>
    isOfFinished(words) && hasKey(words, set) && !namesJob(words);

/** A reconciler removes a job that it has settled. */
export const removesJob =
  (jobId: string): RequestMatch =>
  (words) =>
    isOfFinished(words) && words.includes(jobId);

/** An audit takes waiting jobs of a stopped batch off the queue. */
export const withdrawsWaiting =
  (jobId: string): RequestMatch =>
  (words) =>
    isScript(words) && words.includes('delete') && words.includes(jobId) && !hasKey(words, 'active');

/** Jobs are named to their consumers, to be cancelled. */
export const namesCancelled: RequestMatch = (words) =>
  /^hset$/i.test(words[0] ?? '') && hasKey(words, 'cancel-requests');

/** Cancelled jobs on which nobody works are taken off the queue. */
export const withdrawsUnowned =
  (jobId: string): RequestMatch =>
  (words) =>
    isScript(words) && hasKey(words, 'active') && hasKey(words, 'stalled') && words.at(-1) === jobId;
