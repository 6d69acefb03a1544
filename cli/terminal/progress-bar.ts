import { SingleBar } from 'cli-progress';

/** A bar on stderr for work of known size; silent where nobody watches. */
export function startProgressBar(
  what: string,
  total: number,
  isQuiet: boolean,
): { update: (done: number) => void; stop: () => void } {
  if (isQuiet || !process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `${what} {bar} {value}/{total} · {duration_formatted} · ETA {eta_formatted}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
