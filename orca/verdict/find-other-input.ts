// A result is doubted when its output was computed by another input than the one that was written: its echo says by which.
import { type InputSettings, settingsOf } from '../output/input-settings.ts';

/**
 * In what the echoed input differs from the one that was written, in keywords or blocks; undefined where it agrees or was not echoed.
 * @param input the text of orca.inp
 */
export function findOtherInput(echoed: InputSettings | null, input: string): string | undefined {
  const written = settingsOf(input);
  if (echoed === null || written === null) return undefined;
  const lacks = written.keywords.filter((word) => !echoed.keywords.includes(word));
  const has = echoed.keywords.filter((word) => !written.keywords.includes(word));
  if (lacks.length + has.length > 0) {
    const parts = [
      ...(has.length > 0 ? [`has ${has.join(' ')}`] : []),
      ...(lacks.length > 0 ? [`lacks ${lacks.join(' ')}`] : []),
    ];
    return `it was computed by another input than was written: its ! line ${parts.join(' and ')}`;
  }
  const at = written.blocks.findIndex((line, index) => echoed.blocks[index] !== line);
  const line = at < 0 ? echoed.blocks[written.blocks.length] : (echoed.blocks[at] ?? 'nothing');
  if (line === undefined) return undefined;
  const wanted = at < 0 ? 'nothing more' : `'${written.blocks[at]}'`;
  return `it was computed by another input than was written: its blocks have '${line}', written was ${wanted}`;
}
