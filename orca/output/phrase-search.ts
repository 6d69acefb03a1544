/**
 * Finds any of many phrases in bytes, letter case ignored, without looking at most of the bytes (Wu–Manber).
 * Every phrase is known by a window of its bytes, as long as the shortest phrase. The last two bytes of a window of the text
 * tell how far the next window that matters is away: in tables of numbers, nearly its whole length. Where two say little, as
 * in sentences, the last three are asked.
 */
export interface PhraseSearch {
  /** Length in bytes. */
  readonly window: number;
  /** By a pair of bytes: how far a window of the text that ends with it may move on. */
  readonly skip: Uint8Array;
  /** By the classes of three bytes: the same. 0: a phrase may stand here. */
  readonly skipOfThree: Uint8Array;
  /** Of each byte: one number for both cases of a letter; 0 for what stands in no phrase. */
  readonly classes: Uint8Array;
  /** By the classes of three bytes: where in `candidates` the phrases stand whose window ends with them. */
  readonly placeOfThree: Uint16Array;
  readonly candidates: readonly (readonly Phrase[])[];
}

interface Phrase {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Where its window begins. */
  readonly offset: number;
}

const pairCount = 256 * 256;

/** Three classes of six bits each. */
const classBits = 6;
const tripleCount = 2 ** (3 * classBits);

/** From so far on, a pair says enough. */
const farEnough = 4;

/** Each byte with capitals made small. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x41 && code <= 0x5a ? code + 0x20 : code,
);

/** From frequent to rare in the outputs of ORCA; what is not among them is rarer. */
const byFrequency = Buffer.from(' .-*=0123456789etaoinsrhldcumfpgwybvkxjqz');

/** Of each byte: its place in that order. */
const rarity = Uint8Array.from({ length: 256 }, (_, code) =>
  byFrequency.includes(code) ? byFrequency.indexOf(code) : byFrequency.length,
);

/**
 * ORCA's banner: an old run may stand before the last one in a file that was appended to. Its runs of blanks would shorten all
 * skips, so it is looked for by itself, and is among the phrases of every search.
 */
export const runPhrase = '* o   r   c   a *';
const runText = Buffer.from('* O   R   C   A *');

/** A part of it that stands nowhere else. Node searches texts of less than seven bytes ten times as fast as longer ones. */
const runPart = Buffer.from('O   R ');
const runPartOffset = 2;

/** Where ORCA's next banner stands; -1: nowhere. */
export function findRun(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(runPart, from); at !== -1; at = bytes.indexOf(runPart, at + 1)) {
    const start = at - runPartOffset;
    if (start >= from && bytes.subarray(start, start + runText.length).equals(runText)) return start;
  }
  return -1;
}

/** @param texts ASCII phrases in lower case, each of at least three bytes and without line end */
export function buildPhraseSearch(texts: Iterable<string>): PhraseSearch {
  const spelled = [...new Set(texts)].map((text) => ({ text, bytes: Uint8Array.from(Buffer.from(text)) }));
  const window = Math.min(...spelled.map(({ bytes }) => bytes.length));
  const phrases = spelled.map((phrase) => ({ ...phrase, offset: chooseWindow(phrase.bytes, window) }));
  const classes = classify(phrases);
  const skip = new Uint8Array(pairCount).fill(Math.min(window - 1, 255));
  const skipOfThree = new Uint8Array(tripleCount).fill(Math.min(window - 2, 255));
  const placeOfThree = new Uint16Array(tripleCount);
  const candidates: Phrase[][] = [[]];
  for (const phrase of phrases) {
    for (let rest = window - 2; rest >= 0; rest--) {
      const end = phrase.offset + window - 1 - rest;
      for (const pair of spellPair(phrase.bytes, end)) skip[pair] = Math.min(skip[pair] ?? 0, rest);
      if (rest > window - 3) continue;
      const three = tripleOf(classes, phrase.bytes, end);
      skipOfThree[three] = Math.min(skipOfThree[three] ?? 0, rest);
      if (rest === 0) {
        placeOfThree[three] ||= candidates.push([]) - 1;
        candidates[placeOfThree[three] ?? 0]?.push(phrase);
      }
    }
  }
  return { window, skip, skipOfThree, classes, placeOfThree, candidates };
}

/** Should there be too many kinds of bytes, the last ones share the class of those that stand in no phrase: more is looked at. */
function classify(phrases: readonly Phrase[]): Uint8Array {
  const classes = new Uint8Array(256);
  const codes = [...new Set(phrases.flatMap(({ bytes }) => [...bytes]))].slice(0, 2 ** classBits - 1);
  for (const [index, code] of codes.entries()) for (const one of spellByte(code)) classes[one] = index + 1;
  return classes;
}

function tripleOf(classes: Uint8Array, bytes: Uint8Array, end: number): number {
  const first = classes[bytes[end - 2] ?? 0] ?? 0;
  const second = classes[bytes[end - 1] ?? 0] ?? 0;
  return (first << (2 * classBits)) | (second << classBits) | (classes[bytes[end] ?? 0] ?? 0);
}

/**
 * The last byte of the first window, ending at or after `from`, around which a phrase stands; -1 when there is none
 * before `to`. Nothing but locals in the loop: all outputs pass through it.
 */
export function findWindow(search: PhraseSearch, bytes: Buffer, from: number, to: number): number {
  const { skip, skipOfThree, classes } = search;
  let end = from;
  while (end < to) {
    const last = bytes[end] ?? 0;
    const before = bytes[end - 1] ?? 0;
    const step = skip[(before << 8) | last] ?? 1;
    if (step >= farEnough) {
      end += step;
      continue;
    }
    const three =
      ((classes[bytes[end - 2] ?? 0] ?? 0) << (2 * classBits)) |
      ((classes[before] ?? 0) << classBits) |
      (classes[last] ?? 0);
    const further = skipOfThree[three] ?? 1;
    if (further !== 0) {
      end += further;
      continue;
    }
    if (hasPhraseAt(search, bytes, end, to)) return end;
    end += 1;
  }
  return -1;
}

/** All phrases in these bytes, each once. */
export function listPhrases(search: PhraseSearch, bytes: Buffer): string[] {
  const found = new Set<string>();
  let end = findWindow(search, bytes, search.window - 1, bytes.length);
  while (end !== -1) {
    for (const phrase of candidatesAt(search, bytes, end)) {
      if (standsAt(phrase, search, bytes, end, bytes.length)) found.add(phrase.text);
    }
    end = findWindow(search, bytes, end + 1, bytes.length);
  }
  if (findRun(bytes, 0) !== -1) found.add(runPhrase);
  return [...found];
}

function hasPhraseAt(search: PhraseSearch, bytes: Buffer, end: number, to: number): boolean {
  for (const phrase of candidatesAt(search, bytes, end)) {
    if (standsAt(phrase, search, bytes, end, to)) return true;
  }
  return false;
}

function candidatesAt(
  { candidates, classes, placeOfThree }: PhraseSearch,
  bytes: Buffer,
  end: number,
): readonly Phrase[] {
  return candidates[placeOfThree[tripleOf(classes, bytes, end)] ?? 0] ?? [];
}

function standsAt(phrase: Phrase, search: PhraseSearch, text: Buffer, end: number, to: number): boolean {
  const { bytes, offset } = phrase;
  const start = end + 1 - search.window - offset;
  if (start < 0 || start + bytes.length > to) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (lowerCase[text[start + index] ?? 0] !== bytes[index]) return false;
  }
  return true;
}

/** The window whose pairs are rare, above all the last ones: they decide how far a search may move on. */
function chooseWindow(bytes: Uint8Array, window: number): number {
  let best = { offset: 0, worth: -1 };
  for (let offset = 0; offset + window <= bytes.length; offset++) {
    let worth = Infinity;
    for (let rest = 0; rest < window - 1; rest++)
      worth = Math.min(worth, rarityOf(bytes, offset + window - 1 - rest) + 3 * rest);
    if (worth > best.worth) best = { offset, worth };
  }
  return best.offset;
}

function rarityOf(bytes: Uint8Array, end: number): number {
  return (rarity[bytes[end - 1] ?? 0] ?? 0) + (rarity[bytes[end] ?? 0] ?? 0);
}

/** The pair of bytes that ends at `end`, in every mixture of small letters and capitals. */
function spellPair(bytes: Uint8Array, end: number): number[] {
  const pairs = spellByte(bytes[end - 1] ?? 0).flatMap((first) =>
    spellByte(bytes[end] ?? 0).map((second) => (first << 8) | second),
  );
  return [...new Set(pairs)];
}

function spellByte(code: number): number[] {
  return [code, String.fromCharCode(code).toUpperCase().charCodeAt(0)];
}
