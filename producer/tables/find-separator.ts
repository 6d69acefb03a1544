/** What may divide the columns of a table, the more usual first. */
const separators = [',', ';', '\t', '|'] as const;
export type Separator = (typeof separators)[number];

/** How a table is divided. */
export type TableShape = {
  separator: Separator;
  /** Its first line is Excel's `sep=;`, which is no header. */
  hasSeparatorLine: boolean;
};

/**
 * Finds the separator in the header: the candidate that stands there most often outside quotes. Only there, because a geometry
 * has commas and blanks of its own. csv-parse's discovery looks at the first rows and stops at letters outside ASCII.
 * @param head the beginning of the file
 */
export function findSeparator(head: string): TableShape {
  const announced = /^\uFEFF?"?sep=([,;\t|])"?\s*(?:\r|\n|$)/i.exec(head)?.[1];
  const known = separators.find((candidate) => candidate === announced);
  if (known !== undefined) return { separator: known, hasSeparatorLine: true };
  const header = firstRecordOf(head);
  const countOf = (candidate: string): number => header.split(candidate).length - 1;
  const [best = ','] = separators.toSorted((a, b) => countOf(b) - countOf(a));
  return { separator: best, hasSeparatorLine: false };
}

/** The first line that is not blank, without what stands in quotes. */
function firstRecordOf(head: string): string {
  const unquoted = head.replaceAll(/"(?:[^"]|"")*(?:"|$)/g, 'x');
  return unquoted.split(/\r\n|\n|\r/).find((line) => line.trim() !== '') ?? '';
}

/** For users. */
export const separatorNames: Readonly<Record<Separator, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};
