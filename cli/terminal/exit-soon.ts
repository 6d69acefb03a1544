/** For what is still written to stdout. */
const lastWordsMs = 1000;

/** Ends the process although something still tries to reach a Redis that is away, for ever; an allocation must not wait for that. */
export function exitSoon(): void {
  setTimeout(() => process.exit(), lastWordsMs).unref();
}
