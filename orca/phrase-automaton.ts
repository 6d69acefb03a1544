/**
 * One pass over bytes that finds any of many phrases, letter case ignored (Aho–Corasick). The state of a
 * phrase that has begun is a number, so a search may stop at any byte and go on in the next chunk.
 */
export interface PhraseAutomaton {
  /** Column of the table for each byte. */
  readonly columnOf: Uint8Array;
  /** `state = next[state + column]`; states are offsets of rows, the start state is 0. */
  readonly next: Int32Array;
  readonly columnCount: number;
  /** A line feed leads here from every state; the row does not exist, go on from 0. */
  readonly lineEnd: number;
  /** States from here on need attention: they end a phrase, or are `lineEnd`. */
  readonly firstNotable: number;
  /** Bits of the phrases that end in a state, by row number. */
  readonly marks: Uint8Array;
}

interface Node {
  readonly children: Map<number, Node>;
  /** The longest other phrase beginning that this node's text ends with. */
  fallback: Node | undefined;
  marks: number;
  row: number;
}

const lineFeed = 0x0a;

/** @param phrases ASCII phrases in lower case, each with the bits (1 to 255) to report when it ends */
export function buildPhraseAutomaton(phrases: ReadonlyMap<string, number>): PhraseAutomaton {
  const columnOf = new Uint8Array(256);
  columnOf[lineFeed] = 1;
  let columnCount = 2;
  for (const code of new Set([...phrases.keys()].flatMap((phrase) => [...Buffer.from(phrase)]))) {
    columnOf[code] = columnCount;
    columnOf[String.fromCharCode(code).toUpperCase().charCodeAt(0)] = columnCount;
    columnCount += 1;
  }
  const nodes = linkNodes(growTree(phrases, columnOf));
  const quiet = nodes.filter((node) => node.marks === 0);
  const rows = [...quiet, ...nodes.filter((node) => node.marks !== 0)];
  for (const [index, node] of rows.entries()) node.row = index * columnCount;

  const lineEnd = rows.length * columnCount;
  const next = new Int32Array(lineEnd);
  // Parents come before children in `nodes`, so the row of a fallback is complete when it is copied.
  for (const node of nodes) {
    if (node.fallback) next.copyWithin(node.row, node.fallback.row, node.fallback.row + columnCount);
    for (const [column, child] of node.children) next[node.row + column] = child.row;
    next[node.row + 1] = lineEnd;
  }
  return {
    columnOf,
    next,
    columnCount,
    lineEnd,
    firstNotable: quiet.length * columnCount,
    marks: Uint8Array.from(rows, (node) => node.marks),
  };
}

/**
 * Index of the next byte at or after `from` that leads to a notable state, `chunk.length` when there is none;
 * the state itself is left in `cursor`. A function of its own with nothing but locals: all bytes of an output
 * pass through this loop, and it is more than twice as fast this way.
 */
export function findNotable(
  automaton: PhraseAutomaton,
  cursor: { state: number },
  chunk: Buffer,
  from: number,
): number {
  const { columnOf, next, firstNotable } = automaton;
  let { state } = cursor;
  let index = from;
  for (; index < chunk.length; index += 1) {
    state = next[state + (columnOf[chunk[index] ?? 0] ?? 0)] ?? 0;
    if (state >= firstNotable) break;
  }
  cursor.state = state;
  return index;
}

function growTree(phrases: ReadonlyMap<string, number>, columnOf: Uint8Array): Node {
  const root = createNode();
  for (const [phrase, marks] of phrases) {
    let node = root;
    for (const code of Buffer.from(phrase)) {
      const column = columnOf[code] ?? 0;
      const child = node.children.get(column) ?? createNode();
      node.children.set(column, child);
      node = child;
    }
    node.marks |= marks;
  }
  return root;
}

/** All nodes, parents first, with their fallbacks and the marks of the phrases they end with. */
function linkNodes(root: Node): Node[] {
  const nodes = [root];
  for (const node of nodes) {
    for (const [column, child] of node.children) {
      let shorter = node.fallback;
      while (shorter && !shorter.children.has(column)) shorter = shorter.fallback;
      child.fallback = shorter?.children.get(column) ?? root;
      child.marks |= child.fallback.marks;
      nodes.push(child);
    }
  }
  return nodes;
}

function createNode(): Node {
  return { children: new Map(), fallback: undefined, marks: 0, row: 0 };
}
