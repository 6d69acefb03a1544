// Whether endings that are all alike stop their batch, or the node on which they happened.

/** How one run ended, as far as it is compared with others. */
export interface Ending {
  recordId: number;
  /** null: nobody knows, as for a job that came back too often. */
  node: string | null;
  /** Class and words without what differs from record to record; null: it completed. */
  alike: string | null;
  /** ORCA refused its input: no node can be the cause. */
  isInput: boolean;
  isRetry: boolean;
  /** No retry follows. */
  isFinal: boolean;
  /** Settled just now: what happened before was decided before. */
  isNew: boolean;
}

/** What is stopped, and how many endings in a row were alike. */
export type Stop = { kind: 'batch'; row: Row; nodes: number } | { kind: 'node'; node: string; row: Row };

/** The newest endings, all alike. */
export interface Row {
  /** Records that ended so. */
  records: number;
  /** Nothing of the batch, or of it on this node, has ended otherwise. */
  isFirst: boolean;
}

/**
 * How much longer a row must be that begins later, or whose endings are still retried. One system in two may fail, each alike:
 * five such failures in a row are common in a large campaign, twenty are one in a million.
 */
const laterFactor = 4;

/**
 * Decides what the newest endings of a batch stop. A row is long enough with `stopAfter` records that failed for good, if nothing
 * has ended before it; else with four times as many, or with four times as many that are still retried: a retry that helps ends
 * the row. On several nodes, or refused by ORCA, it stops the batch; on one node only, that node: a short row only if
 * nothing died so elsewhere, for what the records themselves cause dies everywhere.
 * @param endings of one batch, oldest first
 * @param isWhole whether these are all endings of the batch
 * @param options.isOneMachine no other node can ever take part: the batch is stopped
 */
export function decideStop(
  endings: readonly Ending[],
  isWhole: boolean,
  { stopAfter, isOneMachine }: { stopAfter: number; isOneMachine: boolean },
): Stop[] {
  if (stopAfter === 0) return [];
  const all = findRow(endings, isWhole, stopAfter);
  if (all !== undefined) {
    const { row, last, nodes } = all;
    const [only] = nodes;
    if (last.isInput || isOneMachine || nodes.size !== 1 || only === undefined || only === null)
      return [{ kind: 'batch', row, nodes: [...nodes].filter((node) => node !== null).length }];
    return [{ kind: 'node', node: only, row }];
  }
  const newNodes = new Set(endings.filter(({ isNew }) => isNew).map(({ node }) => node));
  return [...newNodes].flatMap((node) => {
    if (node === null) return [];
    const here = endings.filter((ending) => ending.node === node);
    const isAlone = !endings.some((one) => one.node !== node && one.alike === here.at(-1)?.alike);
    const found = findRow(here, isWhole && isAlone, stopAfter);
    // Others ended otherwise meanwhile. An input that ORCA refuses is refused there, too: that is chance.
    return found === undefined || found.last.isInput ? [] : [{ kind: 'node' as const, node, row: found.row }];
  });
}

function findRow(
  endings: readonly Ending[],
  isWhole: boolean,
  stopAfter: number,
): { row: Row; last: Ending; nodes: Set<string | null> } | undefined {
  const last = endings.at(-1);
  if (last === undefined || last.alike === null || !last.isNew) return undefined;
  const before = endings.findLastIndex(({ alike }) => alike !== last.alike);
  const alike = endings.slice(before + 1);
  const isFirst = isWhole && before === -1;
  const forGood = countRecords(alike.filter(({ isFinal }) => isFinal));
  const begun = countRecords(alike.filter(({ isRetry }) => !isRetry));
  const limit = isFirst ? stopAfter : laterFactor * stopAfter;
  if (forGood < limit && begun < laterFactor * stopAfter) return undefined;
  return {
    row: { records: countRecords(alike), isFirst },
    last,
    nodes: new Set(alike.map(({ node }) => node)),
  };
}

const countRecords = (endings: readonly Ending[]): number =>
  new Set(endings.map(({ recordId }) => recordId)).size;

/** Words of two deaths are the same when they differ in numbers, paths and spaces only. */
export function normaliseWords(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/(?<![\w.])[~.]{0,2}(?:\/[^\s/:;,'"()]+)+\/?/g, '<path>')
    .replaceAll(/0x[0-9a-f]+|[-+]?\d+(?:[.,:]\d+)*(?:e[-+]?\d+)?/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
