import { basename, extname } from 'node:path';
import { OactError } from '../../core/errors.ts';
import { checkFlags, type ColumnOptions } from './find-columns.ts';
import { settleNumber } from '../tables/given-numbers.ts';
import type { BadRow, ImportRow, ImportSource } from './import-source.ts';
import { type CommentFacts, parseComment } from './parse-comment.ts';
import { parseExtraValue } from '../import/parse-extra-columns.ts';
import { parseName } from '../tables/parse-name.ts';
import { readFrames, type XyzFrame } from './read-frames.ts';
import { measureFile } from './source-file.ts';

/** What flags say; the columns are keys of the comment line. */
export type XyzOptions = Omit<ColumnOptions, 'geometryColumn'> & {
  /** What a structure is called that says `name=…`: the file's name leads, or the comment does. Default: the file. */
  nameFrom?: 'file' | 'comment';
};

/**
 * Structures of XYZ files, plain or extended, one or many frames in each. Charge and multiplicity come from
 * the comment line or from flags; a structure that has them from neither is a bad row, because a
 * guessed charge is a wrong result.
 * @throws OactError FILE_UNREADABLE, USAGE
 */
export function readXyz(files: readonly string[], options: XyzOptions = {}): ImportSource {
  checkFlags(options);
  return {
    sizeBytes: files.reduce((sum, file) => sum + measureFile(file), 0),
    extraColumns: (options.extraColumns ?? []).map(({ name }) => name),
    rows: () => readRows(files, options),
  };
}

async function* readRows(files: readonly string[], options: XyzOptions): AsyncGenerator<ImportRow | BadRow> {
  let bytesBefore = 0;
  for (const file of files) {
    let index = 0;
    let bytesRead = bytesBefore;
    for await (const frame of readFrames(file)) {
      bytesRead = bytesBefore + frame.bytesRead;
      const where = { file, line: frame.line, bytesRead };
      // `name@3` is how ASE names the fourth frame of a file.
      const suffix = index === 0 ? '' : `@${index}`;
      try {
        const row = parseFrame(frame, file, suffix, options);
        // Without its directory: moved files are the same structures.
        yield { kind: 'row', ...where, place: `${basename(file)}${suffix}`, origIndex: null, ...row };
      } catch (error) {
        if (!(error instanceof OactError)) throw error;
        yield { kind: 'bad', ...where, reason: error.message };
      }
      index += 1;
    }
    if (index === 0) yield { kind: 'bad', file, line: 1, reason: 'the file has no atoms', bytesRead };
    bytesBefore = bytesRead;
  }
}

function parseFrame(
  frame: XyzFrame,
  file: string,
  suffix: string,
  options: XyzOptions,
): Pick<ImportRow, 'geometry' | 'charge' | 'multiplicity' | 'name' | 'key' | 'extra'> {
  const facts = parseComment(frame.comment, options);
  const fileName = `${basename(file, extname(file))}${suffix}`;
  const isNamedByComment = options.nameFrom === 'comment' || options.nameColumn !== undefined;
  const said = (key: string): string => facts.words.get(key.toLowerCase()) ?? '';
  return {
    geometry: renderFrameGeometry(frame, `${file}${suffix}`, facts.properties),
    charge: settleNumber('charge', facts.charge, options, 'its comment line has no charge=…'),
    multiplicity: settleMultiplicity(facts, options),
    name: (isNamedByComment ? facts.name : null) ?? parseName(fileName),
    key: options.keyColumn === undefined ? null : parseName(said(options.keyColumn)),
    extra: Object.fromEntries(
      (options.extraColumns ?? []).map((column) => [column.name, parseExtraValue(said(column.name), column)]),
    ),
  };
}

function settleMultiplicity(facts: CommentFacts, options: XyzOptions): number {
  const { unclearSpin: key, multiplicity } = facts;
  const isSaid = multiplicity !== null || options.multiplicity !== undefined;
  if (key !== undefined && !isSaid) {
    throw new OactError(
      'IMPORT_ROW_INVALID',
      `its comment line has ${key}=…, which may mean the multiplicity or the number of unpaired electrons; give --multiplicity-column ${key} if it is 2S+1, --unpaired-column ${key} if it counts unpaired electrons`,
    );
  }
  return settleNumber('multiplicity', multiplicity, options, 'its comment line has no multiplicity=…');
}

/**
 * The geometry text that is stored for a frame: count, `name`, and the atom lines as they are. The name
 * takes the place of the comment line, because the existing tools lose an atom at a blank one and stop at
 * one of three words or more. With a column list, only element and position are kept, in that order.
 * @param name becomes one word
 * @param properties column list of the extended XYZ form, `species:S:1:pos:R:3`
 * @throws OactError IMPORT_ROW_INVALID when the column list has no species or no position
 */
function renderFrameGeometry(frame: XyzFrame, name: string, properties: string | undefined): string {
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
    throw new OactError('IMPORT_ROW_INVALID', `its Properties=${properties} has no species or no pos`);
  }
  return lines.map((line) => {
    const values = line.trim().split(/\s+/);
    return [values[species] ?? '', ...values.slice(position, position + 3)].join(' ');
  });
}
