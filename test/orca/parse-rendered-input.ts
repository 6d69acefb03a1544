import type { Calculation } from '../../core/job/calculation.ts';
import { parseAtomLine } from '../../orca/structure/parse-atom-line.ts';
import type { Resources } from '../../orca/input/render-input.ts';

const runTypes: Readonly<Record<string, Calculation['runType']>> = {
  EnGrad: 'gradient',
  LooseOpt: 'optimization',
  Opt: 'optimization',
  TightOpt: 'optimization',
  VeryTightOpt: 'optimization',
};

/**
 * Reads a rendered input back, by its shape and nothing else: one `!` line, blocks that begin at a line's start,
 * `%pal` and `%maxcore` in the middle, the coordinates last. The name of the recipe is not in it.
 */
export function parseRenderedInput(text: string): Omit<Calculation, 'recipe'> & Resources {
  const lines = text.split('\n');
  const coordinates = lines.findIndex((line) => line.startsWith('*xyz '));
  const [, charge, multiplicity] = (lines[coordinates] ?? '').trim().split(' ');
  const atoms = lines.slice(coordinates + 1, -2).map((line) => {
    const atom = parseAtomLine(line);
    if (Array.isArray(atom)) return atom;
    throw new Error(atom.problem);
  });
  if (lines.slice(-2).join('\n') !== '*\n') throw new Error('the coordinates are not closed');

  const blocks: string[] = [];
  for (const line of lines.slice(1, coordinates)) {
    if (line.startsWith('%')) blocks.push(line);
    else blocks.push(`${blocks.pop()}\n${line}`);
  }
  blocks.push((blocks.pop() ?? '').replace(/ $/, ''));
  const pal = blocks.findIndex((block) => block.startsWith('%pal'));
  const keywords = (lines[0] ?? '').replace(/^! /, '').trim().split(' ');
  return {
    runType:
      keywords.map((word) => runTypes[word]).find((runType) => runType !== undefined) ?? 'single_point',
    charge: Number(charge),
    multiplicity: Number(multiplicity),
    atoms,
    keywords,
    blocks: blocks.slice(0, pal),
    ranks: Number(/^%pal\n nprocs (\d+)\nend$/.exec(blocks[pal] ?? '')?.[1]),
    maxCoreMb: Number(/^%maxcore (\d+)$/.exec(blocks[pal + 1] ?? '')?.[1]),
    blocksAfterResources: blocks.slice(pal + 2),
  };
}
