import { coordinateError, strayTextError, unknownWordsError } from './input-error.ts';
import { classifyWord, palCount } from './known-words.ts';
import { type BlockSettings, noSettings, parseBlock } from './parse-blocks.ts';
import { type Coordinates, parseCoordinates, type ReadText } from './parse-coordinates.ts';
import { scanLines } from './scan-input.ts';

export interface OrcaInput extends Coordinates {
  /** Words of the `!` lines as written, without `PALn`. */
  words: string[];
  settings: BlockSettings;
  processCount: number;
}

/**
 * Parses one ORCA input (the grammar a campaign needs, not all of ORCA's). `readText` opens the file of
 * `* xyzfile`. Throws InputError with ORCA's own words.
 */
export function parseInput(text: string, readText: ReadText): OrcaInput {
  const lines = scanLines(text);
  const settings = noSettings();
  const words: string[] = [];
  let coordinates: Coordinates | undefined;
  let index = 0;
  while (index < lines.length) {
    const line = lines[index];
    if (line === undefined) break;
    if (line.text.startsWith('!')) {
      words.push(...line.text.slice(1).trim().split(/\s+/).filter(Boolean));
      index += 1;
    } else if (line.text.startsWith('%')) {
      index = parseBlock(lines, index, settings);
    } else if (line.text.startsWith('*') && coordinates === undefined) {
      ({ coordinates, next: index } = parseCoordinates(lines, index, readText));
    } else {
      throw strayTextError(line.number, line.text);
    }
  }
  refuseUnknownWords(words);
  if (coordinates === undefined || coordinates.atoms.length === 0) {
    throw coordinateError(lines.at(-1)?.number ?? 0, 'no coordinates: Skipping actual calculation');
  }
  const pal = words.map(palCount).find((count) => count !== undefined);
  return {
    ...coordinates,
    words: words.filter((word) => palCount(word) === undefined),
    settings,
    processCount: settings.processCount ?? pal ?? 1,
  };
}

/** Unknown words and words given twice end in the same box. */
function refuseUnknownWords(words: string[]): void {
  const seen = new Set<string>();
  const refused = words.filter((word) => {
    const lower = word.toLowerCase();
    const isRefused = seen.has(lower) || classifyWord(word) === 'unknown';
    seen.add(lower);
    return isRefused;
  });
  if (refused.length > 0) throw unknownWordsError(refused);
}
