import type { Differing, ImportReport } from '../../producer/import/import-report.ts';

const shownRows = 10;

/** What an import did: counts, then what a reader must look at. */
export function renderImport(report: ImportReport): string {
  const known = report.duplicates - report.repeatedCount;
  const counts = [
    `${report.imported} imported`,
    `${known} already known`,
    ...(report.repeatedCount > 0 ? [plural(report.repeatedCount, 'exact duplicate')] : []),
    ...(report.differing.length > 0 ? [`${report.differing.length} with other values`] : []),
    `${report.badCount} bad`,
  ];
  return [counts.join(', '), ...renderFindings(report)].join('\n');
}

/** Bad rows, exact duplicates and rows that differ from their record, the first of each. */
export function renderFindings(report: ImportReport): string[] {
  return [
    ...some(
      report.bad.map(({ file, line, reason }) => `  ${file}:${line}: ${reason}`),
      report.badCount,
    ),
    ...some(
      report.repeated.map(
        ({ file, line, name, of }) =>
          `  ${file}:${line}: exact duplicate of ${of}${name === null ? '' : ` (${name})`}, not imported`,
      ),
      report.repeatedCount,
    ),
    ...some(
      report.differing.map((row) => `  ${describeDifference(row)}`),
      report.differing.length,
    ),
  ];
}

/** `t.csv:7: record 3 (UCl4-7): charge 0 → 2` */
function describeDifference(row: Differing): string {
  const { charge, multiplicity } = row;
  const changes = [
    ...(charge.old === charge.next ? [] : [`charge ${charge.old} → ${charge.next}`]),
    ...(multiplicity.old === multiplicity.next
      ? []
      : [`multiplicity ${multiplicity.old} → ${multiplicity.next}`]),
    ...(row.geometry === null ? [] : ['another geometry']),
  ];
  const name = row.name === null ? '' : ` (${row.name})`;
  return `${row.file}:${row.line}: record ${row.recordId}${name} has other values: ${changes.join(', ')}`;
}

function some(lines: readonly string[], total: number): string[] {
  const shown = lines.slice(0, shownRows);
  return total > shown.length ? [...shown, `  … and ${total - shown.length} more`] : [...shown];
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
