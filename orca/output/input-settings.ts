/** How a calculation is to be done, as an input says it: without its structure, its ranks and its memory. */
export interface InputSettings {
  /** Words of the `!` lines, in lower case and alphabetical order, each once. */
  keywords: string[];
  /** Lines of its blocks in lower case, blanks as one. */
  blocks: string[];
}

/** Longer ones are not compared. Blocks of oact have 20 lines. */
const mostLines = 500;

/** Takes an input line by line. @returns what it said; null when it said nothing, or too much */
export function createSettingsReader(): { add(line: string): void; settings(): InputSettings | null } {
  const keywords = new Set<string>();
  const blocks: string[] = [];
  let isInStructure = false;
  let isInRanks = false;
  let count = 0;
  const add = (text: string): void => {
    count += 1;
    // `#` comments to the end of the line or to the next `#`.
    const line = text
      .replaceAll(/#[^#]*(?:#|$)/g, ' ')
      .trim()
      .replaceAll(/\s+/g, ' ')
      .toLowerCase();
    if (line.startsWith('*')) {
      // A file of coordinates is named in one line.
      isInStructure = !isInStructure && !/^\*\s*\w*file/.test(line);
      return;
    }
    if (isInStructure || line === '') return;
    if (isInRanks) {
      isInRanks = !/\bend$/.test(line);
      return;
    }
    if (line.startsWith('!')) {
      for (const word of line.split(/[\s!]+/)) if (word !== '' && !/^pal\d+$/.test(word)) keywords.add(word);
      return;
    }
    if (/^%\s*pal\b/.test(line)) isInRanks = !/\bend$/.test(line);
    else if (!/^%\s*maxcore\b/.test(line)) blocks.push(line);
  };
  const settings = (): InputSettings | null =>
    count === 0 || count > mostLines ? null : { keywords: [...keywords].toSorted(), blocks };
  return { add, settings };
}

/** Of a whole input. */
export function settingsOf(input: string): InputSettings | null {
  const reader = createSettingsReader();
  for (const line of input.split('\n')) reader.add(line);
  return reader.settings();
}
