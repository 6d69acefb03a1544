/** `npm run corpus`: what oact reads from real outputs, beside the truth about each. */
import { renderTable } from '../../../cli/terminal/print.ts';
import { columns, compareOutput, type Comparison, isHit } from './compare-corpus.ts';
import { explainedMisses } from './explained-misses.ts';
import { type CorpusEntry, corpusRoot, readCorpus } from './read-corpus.ts';

const corpus = readCorpus();
if (corpus === undefined) console.log(`SKIPPED: there is no corpus of real outputs at ${corpusRoot}`);
else process.exitCode = report(corpus) ? 0 : 1;

/** @returns whether every miss is explained, and every explanation needed */
function report(entries: readonly CorpusEntry[]): boolean {
  const cells = entries.flatMap(compareOutput);
  const misses = cells.filter((cell) => !isHit(cell));
  const unexplained = misses.filter((miss) => explain(entries, miss) === undefined);
  const unneeded = explainedMisses.filter(
    ({ files, columns: names }) =>
      !misses.some(({ file, column }) => files.includes(file) && names.includes(column)),
  );
  console.log(`${entries.length} outputs\n\n${renderHits(cells)}\n\n${renderMisses(entries, misses)}\n`);
  for (const { why } of unneeded) console.log(`not needed any more: ${why}`);
  console.log(`${misses.length} misses, ${unexplained.length} unexplained`);
  return unexplained.length === 0 && unneeded.length === 0;
}

function renderHits(cells: readonly Comparison[]): string {
  const rows = columns.map(({ name }) => {
    const own = cells.filter(({ column }) => column === name);
    const hits = own.filter(isHit).length;
    return [name, hits, own.length - hits];
  });
  return renderTable(['column', 'hits', 'misses'], rows, [1, 2]);
}

function renderMisses(entries: readonly CorpusEntry[], misses: readonly Comparison[]): string {
  const rows = misses.map((miss) => [
    miss.file,
    miss.column,
    miss.expected,
    miss.read,
    explain(entries, miss) ?? 'UNEXPLAINED',
  ]);
  return renderTable(['output', 'column', 'index', 'oact', 'why'], rows);
}

/** The reason and the line that proves it; undefined when there is none. */
function explain(entries: readonly CorpusEntry[], { file, column }: Comparison): string | undefined {
  const known = explainedMisses.find(
    ({ files, columns: names }) => files.includes(file) && names.includes(column),
  );
  if (known === undefined || known.proof === null) return known?.why;
  const lines =
    entries
      .find(({ name }) => name === file)
      ?.bytes.toString('latin1')
      .split(/\r?\n/) ?? [];
  const at = lines.findIndex((line) => known.proof?.test(line));
  return at === -1 ? undefined : `${known.why} (line ${at + 1}: ${lines[at]?.trim().slice(0, 60)})`;
}
