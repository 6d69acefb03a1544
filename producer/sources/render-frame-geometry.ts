import { OactError } from '../../core/errors.ts';
import type { XyzFrame } from './read-frames.ts';

/**
 * The geometry text that is stored for a frame: count, `name`, and the atom lines as they are. The name
 * takes the place of the comment line, because the existing tools lose an atom at a blank one and stop at
 * one of three words or more. With a column list, only element and position are kept, in that order.
 * @param name becomes one word
 * @param properties column list of the extended XYZ form, `species:S:1:pos:R:3`
 * @throws OactError IMPORT_ROW_INVALID when the column list has no species or no position
 */
export function renderFrameGeometry(frame: XyzFrame, name: string, properties: string | undefined): string {
  const lines = properties === undefined ? frame.atomLines : selectColumns(frame.atomLines, properties);
  return [frame.count ?? lines.length, name.replaceAll(/\s+/g, '_'), ...lines, ''].join('\n');
}

function selectColumns(lines: readonly string[], properties: string): string[] {
  const starts = new Map<string, number>();
  const words = properties.split(':');
  let column = 0;
  for (let index = 0; index + 2 < words.length; index += 3) {
    starts.set((words[index] ?? '').toLowerCase(), column);
    column += Number(words[index + 2]);
  }
  const species = starts.get('species');
  const position = starts.get('pos');
  if (species === undefined || position === undefined || !Number.isInteger(column)) {
    throw new OactError('IMPORT_ROW_INVALID', `its Properties=${properties} names no species or no pos`);
  }
  return lines.map((line) => {
    const values = line.trim().split(/\s+/);
    return [values[species] ?? '', ...values.slice(position, position + 3)].join(' ');
  });
}
