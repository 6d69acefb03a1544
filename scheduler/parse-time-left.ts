/** Seconds until the allocation ends; Infinity: it has no limit; undefined: the text does not say. */
export type TimeLeft = number | undefined;

/** `%L` counts whole minutes of the limit; further apart, the time zones differ. */
const sameEndSeconds = 120;

/**
 * `squeue -h -j ID -o '%A|%L|%e'`: lines of `4711|1-02:03:04|2026-11-23T12:00:00`. The last element of an array has the id of
 * the array, which brings the lines of the others. The end is exact, but in the controller's time zone; the time left is not.
 */
export function parseSqueue(text: string, jobId: string, now: Date): TimeLeft {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${jobId}|`));
  const [, left = '', end = ''] = line?.trim().split('|') ?? [];
  if (left === 'UNLIMITED') return Infinity;
  const byLimit = parseClock(left);
  const byEnd = (Date.parse(end) - now.getTime()) / 1000;
  const isSame = byLimit !== undefined && Math.abs(byEnd - byLimit) <= sameEndSeconds;
  return isSame ? Math.max(0, Math.min(byEnd, byLimit)) : byLimit;
}

/** What Flux prints for no limit: the largest number of 32 bits. */
const fluxNoLimit = '4294967295';

/** `flux job timeleft`: whole seconds, or `infinity`. */
export function parseFluxTimeLeft(text: string): TimeLeft {
  const left = text.trim();
  if (left === fluxNoLimit || /^inf(?:inity)?$/i.test(left)) return Infinity;
  return /^\d+(?:\.\d+)?$/.test(left) ? Number(left) : undefined;
}

/**
 * `qstat -f ID` of PBS: the limit less what the server has booked as used, which it brings up to date every few minutes; or,
 * where it names the start, that and the limit, which is exact. The times carry no zone: those of the nodes must be the server's.
 */
export function parseQstat(text: string, now: Date): TimeLeft {
  // A long value goes on in the next line, behind a tab.
  const joined = text.replaceAll(/\r?\n\t/g, '');
  const read = (name: string): string | undefined =>
    new RegExp(`^\\s*${name.replaceAll('.', '\\.')} = (.+?)\\s*$`, 'm').exec(joined)?.[1];
  const limit = parseClock(read('Resource_List.walltime') ?? '');
  if (limit === undefined) return undefined;
  const startedAt = Date.parse(read('stime') ?? '');
  const used = parseClock(read('resources_used.walltime') ?? '0:00') ?? 0;
  const spent = Number.isNaN(startedAt) ? used : (now.getTime() - startedAt) / 1000;
  return Math.max(0, limit - spent);
}

/** `D-HH:MM:SS`, `HH:MM:SS` or `MM:SS`, in seconds. */
function parseClock(text: string): number | undefined {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
