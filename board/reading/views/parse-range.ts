/** The stretch of time that views show. */
export interface ViewRange {
  from: Date;
  to: Date;
  /** As it stands in the address; undefined: the whole campaign. */
  asked: { from: string; to: string } | undefined;
}

/**
 * Which stretch of time an address asks for.
 * @param campaign when its first and its last attempt ended; null: none has
 */
export function parseRange(
  read: (name: 'from' | 'to' | 'last') => string | undefined,
  campaign: { first: Date; last: Date } | null,
): ViewRange {
  const last = campaign?.last ?? new Date(0);
  const [, amount, unit] = /^(\d{1,4})([hd])$/.exec(read('last') ?? '') ?? [];
  if (amount !== undefined) {
    const seconds = Number(amount) * (unit === 'h' ? 3600 : 86_400);
    const from = new Date(last.getTime() - seconds * 1000);
    return { from, to: last, asked: { from: textOf(from), to: textOf(new Date(last.getTime() + 1000)) } };
  }
  const [from, to] = [momentOf(read('from')), momentOf(read('to'))];
  if (from && to && from < to) return { from, to, asked: { from: textOf(from), to: textOf(to) } };
  return { from: campaign?.first ?? new Date(0), to: last, asked: undefined };
}

const textOf = (moment: Date): string => moment.toISOString().slice(0, 19);

function momentOf(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}(?:T[\d:.]{2,12})?$/.test(text)) return undefined;
  const moment = new Date(text.includes('T') ? `${text}Z` : text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}
