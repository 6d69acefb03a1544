import { findKind } from './find-kind.ts';
import { createSettingsReader } from './input-settings.ts';
import type { OutputFacts } from './output-facts.ts';
import type { ScannedLine } from './scan-lines.ts';

/** Reads lines that follow a heading. @returns whether the line belongs to the block, and the next one may */
export type BlockReader = (line: ScannedLine) => boolean;

const maxKeywordLength = 1000;

/**
 * Reads the echo of the input, which says what was asked for. It stands between `INPUT FILE` and
 * `****END OF INPUT****`; no word in it is a message of ORCA.
 */
export function createEchoReader(facts: OutputFacts): BlockReader {
  const words: string[] = [];
  const settings = createSettingsReader();
  let block = '';
  let hasScan = false;
  const names = new Set<string>();
  let runType: string | undefined;
  let ranks: number | undefined;
  let isMaxCoreNext = false;
  let lineCount = 0;

  const readInputLine = (text: string): void => {
    // `#` comments to the end of the line or to the next `#`.
    const written = text.replaceAll(/#[^#]*(?:#|$)/g, ' ').trim();
    if (written.startsWith('!')) {
      if (words.join(' ').length < maxKeywordLength) words.push(...written.slice(1).split(/[\s!]+/));
      return;
    }
    const line = written.toLowerCase();
    block = /^%\s*(\w+)/.exec(line)?.[1] ?? (line.startsWith('*') ? '' : block);
    if (block === 'paras' || (block === 'geom' && /\bscan\b/.test(line))) hasScan = true;
    if (line.startsWith('%')) names.add(block);
    runType = /\brunty(?:p|pe)\s+([a-z]\w*)/.exec(block === 'method' ? line : '')?.[1] ?? runType;
    // A file of them, or lines `Q charge x y z` among the atoms.
    if (block === 'pointcharges' || /^q\s+-?[\d.]/.test(line)) facts.hasPointCharges = true;
    const asked = /\bnprocs?\s+(\d+)/.exec(line)?.[1];
    if (asked !== undefined) ranks ??= Number(asked);
    const maxCore = (isMaxCoreNext ? /^(\d+)/ : /^%\s*maxcore\s+(\d+)/).exec(line)?.[1];
    if (maxCore !== undefined) facts.maxCoreMb = Number(maxCore);
    isMaxCoreNext = /^%\s*maxcore$/.test(line);
    readSystem(line);
  };

  const readSystem = (line: string): void => {
    const [, charge, multiplicity] = /^\*\s*[a-z]+\s+(-?\d+)\s+(\d+)/.exec(line) ?? [];
    if (charge !== undefined) facts.charge ??= Number(charge);
    if (multiplicity !== undefined) facts.multiplicity ??= Number(multiplicity);
    if (block !== 'coords') return;
    const [, name, value] = /\b(charge|mult)\s+(-?\d+)/.exec(line) ?? [];
    if (name === 'charge') facts.charge ??= Number(value);
    if (name === 'mult') facts.multiplicity ??= Number(value);
  };

  const conclude = (): void => {
    const written = words.filter((word) => word !== '');
    const lower = written.map((word) => word.toLowerCase());
    const pal = lower.map((word) => /^pal(\d+)$/.exec(word)?.[1]).find((digits) => digits !== undefined);
    facts.settings = settings.settings();
    facts.keywords = written.join(' ').slice(0, maxKeywordLength);
    facts.kind = findKind(lower, { names, hasScan, runType });
    facts.requestedRanks = ranks ?? (pal === undefined ? 1 : Number(pal));
    facts.ranks ??= facts.requestedRanks;
  };

  return ({ text, isComplete }) => {
    if (!isComplete) return false;
    const echoed = /^\|\s*\d+>(.*)$/.exec(text)?.[1];
    if (echoed !== undefined) {
      lineCount += 1;
      if (echoed.includes('****END OF INPUT****')) conclude();
      else {
        settings.add(echoed);
        readInputLine(echoed);
      }
      return true;
    }
    const name = /^NAME = (\S.*)$/.exec(text)?.[1];
    if (name !== undefined) facts.inputName ??= name.trim();
    const isFrame = name !== undefined || /^=*$/.test(text.trim());
    if (!isFrame && lineCount > 0) conclude();
    return isFrame;
  };
}
