import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { catalogue, type FailureClass, failureClasses } from '../../orca/failures/catalogue.ts';
import { describeStep } from '../../orca/retry/describe-remedies.ts';

const path = join(findPackageRoot(), 'docs', 'failures.md');

const yes = (is: boolean): string => (is ? 'yes' : 'no');
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
const row = (cells: readonly string[]): string => `| ${cells.map((text) => cell(text)).join(' | ')} |`;

function describeRetry({ retry }: (typeof catalogue)[FailureClass]): string {
  if (retry.times === 0) return `no: ${retry.why ?? ''}`;
  const rungs = retry.ladder.slice(0, retry.times).map((step) => describeStep(step));
  return `${retry.times}×: ${[...new Set(rungs)].join('; then also ')}`;
}

it('docs/failures.md is the catalogue (npm run docs:failures writes it)', async () => {
  const text = [
    '# Failure classes',
    'How an attempt can fail. `npm run docs:failures` writes this file from the catalogue in `orca/failures/`; do not edit it. The classes are in order of priority: if an output shows signs of several, the first one explains it.',
    'If the node is at fault, the job is handed back uncharged and another node runs it; the fault is counted against the node. The record gets such a class only if no other node can run the job.',
    '## What each means, and what to do',
    [
      row(['class', 'an attempt failed because', 'what to do']),
      row(['---', '---', '---']),
      ...failureClasses.map((name) =>
        row([
          `\`${name}\``,
          catalogue[name].words,
          [catalogue[name].cure, catalogue[name].command ?? '']
            .filter((one) => one !== '')
            .map((one, index) => (index === 1 ? `\`${one}\`` : one))
            .join(' '),
        ]),
      ),
    ].join('\n'),
    '## What oact does next',
    'A retry that waits comes 30 s after the failure, then twice as late each time, up to an hour, a quarter more or less by chance (`retry.backoffFirst` and `retry.backoffLongest` of oact.yaml). Meanwhile the job is put off: `oact status`, `oact top`, `oact job explain` and the pages say until when. For five minutes it leaves the nodes that failed it to others, if any other takes jobs.',
    [
      row(['class', 'retried', 'the retry waits', 'charged', "the node's fault", 'leaves a result']),
      row(['---', '---', '---', '---', '---', '---']),
      ...failureClasses.map((name) => {
        const { charged, nodeFault, leavesResult, retry } = catalogue[name];
        return row([
          `\`${name}\``,
          describeRetry(catalogue[name]),
          retry.times === 0 ? '–' : yes(retry.waits),
          yes(charged),
          yes(nodeFault),
          yes(leavesResult),
        ]);
      }),
    ].join('\n'),
  ].join('\n\n');
  const formatted = await format(text, { ...(await resolveConfig(path)), filepath: path });
  await expect(formatted).toMatchFileSnapshot(path);
});
