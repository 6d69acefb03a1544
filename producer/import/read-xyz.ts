import { basename } from 'node:path';
import { OactError } from '../../core/errors.ts';
import type { BadRow, ImportRow, ImportSource } from './import-source.ts';
import { type CommentFacts, parseComment } from './parse-comment.ts';
import { readFrames, type XyzFrame } from './read-frames.ts';
import { renderFrameGeometry } from './render-frame-geometry.ts';
import { measureFile } from './source-file.ts';

/** For structures whose comment line does not say. */
export type XyzDefaults = { charge?: number | undefined; multiplicity?: number | undefined };

/**
 * Structures of XYZ files, plain or extended, one or many frames in each. Charge and multiplicity come from
 * the comment line, else from `defaults`; a structure that has them from neither is a bad row, because a
 * guessed charge is a wrong result.
 * @throws OactError FILE_UNREADABLE
 */
export function readXyz(files: readonly string[], defaults: XyzDefaults = {}): ImportSource {
  return {
    sizeBytes: files.reduce((sum, file) => sum + measureFile(file), 0),
    extraColumns: [],
    rows: () => readRows(files, defaults),
  };
}

async function* readRows(
  files: readonly string[],
  defaults: XyzDefaults,
): AsyncGenerator<ImportRow | BadRow> {
  let bytesBefore = 0;
  for (const file of files) {
    let index = 0;
    let bytesRead = bytesBefore;
    for await (const frame of readFrames(file)) {
      bytesRead = bytesBefore + frame.bytesRead;
      const place = { file, line: frame.line, bytesRead };
      // `name@3` is how ASE names the fourth frame of a file.
      const suffix = index === 0 ? '' : `@${index}`;
      try {
        const row = parseFrame(frame, `${file}${suffix}`, defaults);
        // Without its directory: moved files are the same structures.
        yield { kind: 'row', ...place, identity: `${basename(file)}${suffix}`, origIndex: null, ...row };
      } catch (error) {
        if (!(error instanceof OactError)) throw error;
        yield { kind: 'bad', ...place, reason: error.message };
      }
      index += 1;
    }
    if (index === 0) yield { kind: 'bad', file, line: 1, reason: 'the file has no atoms', bytesRead };
    bytesBefore = bytesRead;
  }
}

function parseFrame(
  frame: XyzFrame,
  name: string,
  defaults: XyzDefaults,
): Pick<ImportRow, 'geometry' | 'charge' | 'multiplicity' | 'extra'> {
  const facts = parseComment(frame.comment);
  const charge = facts.charge ?? defaults.charge;
  const multiplicity = facts.multiplicity ?? defaults.multiplicity;
  if (charge === undefined || multiplicity === undefined) {
    throw new OactError('IMPORT_ROW_INVALID', explainMissing(facts, charge, multiplicity));
  }
  return { geometry: renderFrameGeometry(frame, name, facts.properties), charge, multiplicity, extra: {} };
}

function explainMissing(
  facts: CommentFacts,
  charge: number | undefined,
  multiplicity: number | undefined,
): string {
  if (multiplicity === undefined && facts.hasSpin) {
    return 'its comment line says spin=…, which may mean the multiplicity or the unpaired electrons; write multiplicity=… or give --multiplicity';
  }
  const missing = [charge === undefined ? 'charge' : '', multiplicity === undefined ? 'multiplicity' : ''];
  const words = missing.filter((word) => word !== '');
  return `its comment line does not say ${words.map((word) => `${word}=…`).join(' ')}; write it there or give --${words.join(' and --')}`;
}
