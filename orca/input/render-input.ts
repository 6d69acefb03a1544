import type { Calculation } from '../../core/job/calculation.ts';

export interface Resources {
  /** MPI ranks: the cores of the slot. */
  readonly ranks: number;
  /** `%maxcore`, whole MB for each rank, not for the job. */
  readonly maxCoreMb: number;
}

/**
 * The text of `orca.inp`, byte for byte as the existing system writes it for the same words and blocks, which
 * ends the first line, the last line before `*xyz` and the `*xyz` line with a blank. No comments: ORCA 6.1
 * reads `%`, `!` and `*` inside them.
 */
export function renderInput(calculation: Calculation, { ranks, maxCoreMb }: Resources): string {
  const blocks = [
    ...calculation.blocks,
    `%pal\n nprocs ${ranks}\nend`,
    `%maxcore ${maxCoreMb}`,
    ...calculation.blocksAfterResources,
  ];
  const atoms = calculation.atoms.map(
    ([symbol, ...position]) => `${symbol}   ${position.map(renderCoordinate).join(' ')}`,
  );
  return [
    `! ${calculation.keywords.join(' ')} `,
    `${blocks.join('\n')} `,
    `*xyz ${calculation.charge} ${calculation.multiplicity} `,
    ...atoms,
    '*',
    '',
  ].join('\n');
}

/** The shortest text that reads back as the same number, in the form Python gives it: `2.0`, `1.5e-05`. */
function renderCoordinate(value: number): string {
  if (value === 0) return '0.0';
  if (Math.abs(value) < 1e-4) return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
