/**
 * Finds any of many phrases in bytes, letter case ignored, without looking at most of the bytes (Wu–Manber).
 * Every phrase is known by a window of its bytes, as long as the shortest phrase. Looking at the last two bytes of a
 * window of the text tells how far the next window that matters is away: in tables of numbers, nearly its whole length.
 */
export interface PhraseSearch {
  /** Length in bytes. */
  readonly window: number;
  /** By a pair of bytes: how far a window of the text that ends with it may move on. 0: a phrase may stand here. */
  readonly skip: Uint8Array;
  /** By a pair of bytes: the phrases whose window ends with it. */
  readonly candidates: readonly (readonly Phrase[])[];
}

interface Phrase {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Where its window begins. */
  readonly offset: number;
}

const pairCount = 256 * 256;

/** Each byte with capitals made small. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x41 && code <= 0x5a ? code + 0x20 : code,
);

/** From frequent to rare in the outputs of ORCA; what is not among them is rarer. */
const byFrequency = Buffer.from(' .-0123456789etaoinsrhldcumfpgwybvkxjqz');

/** Of each byte: its place in that order. */
const rarity = Uint8Array.from({ length: 256 }, (_, code) =>
  byFrequency.includes(code) ? byFrequency.indexOf(code) : byFrequency.length,
);

/** @param texts ASCII phrases in lower case, each of at least two bytes and without line end */
export function buildPhraseSearch(texts: Iterable<string>): PhraseSearch {
  const spelled = [...new Set(texts)].map((text) => ({ text, bytes: Uint8Array.from(Buffer.from(text)) }));
  const window = Math.min(...spelled.map(({ bytes }) => bytes.length));
  const phrases = spelled.map((phrase) => ({ ...phrase, offset: chooseWindow(phrase.bytes, window) }));
  const skip = new Uint8Array(pairCount).fill(Math.min(window - 1, 255));
  const nothing: Phrase[] = [];
  const candidates = Array.from({ length: pairCount }, () => nothing);
  for (const phrase of phrases) {
    for (let rest = window - 2; rest >= 0; rest--) {
      for (const pair of spellPair(phrase.bytes, phrase.offset + window - 1 - rest)) {
        skip[pair] = Math.min(skip[pair] ?? 0, rest);
        if (rest === 0) candidates[pair] = [...(candidates[pair] ?? nothing), phrase];
      }
    }
  }
  return { window, skip, candidates };
}

/**
 * The last byte of the first window, ending at or after `from`, around which a phrase stands; -1 when there is none
 * before `to`. Nothing but locals in the loop: all outputs pass through it.
 */
export function findWindow(search: PhraseSearch, bytes: Buffer, from: number, to: number): number {
  const { skip } = search;
  let end = from;
  while (end < to) {
    const step = skip[((bytes[end - 1] ?? 0) << 8) | (bytes[end] ?? 0)] ?? 1;
    if (step !== 0) {
      end += step;
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
  return [...found];
}

function hasPhraseAt(search: PhraseSearch, bytes: Buffer, end: number, to: number): boolean {
  for (const phrase of candidatesAt(search, bytes, end)) {
    if (standsAt(phrase, search, bytes, end, to)) return true;
  }
  return false;
}

function candidatesAt({ candidates }: PhraseSearch, bytes: Buffer, end: number): readonly Phrase[] {
  return candidates[((bytes[end - 1] ?? 0) << 8) | (bytes[end] ?? 0)] ?? [];
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
