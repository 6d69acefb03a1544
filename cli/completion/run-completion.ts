import type { Command } from 'commander';
import { failureClasses } from '../../orca/failures/catalogue.ts';
import { loadSites } from '../../scheduler/sites/load-sites.ts';
import {
  type KnownWord,
  listNames,
  listNodeNames,
  listRecordWords,
} from '../../workflow/lookup/list-words.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { listAllocations } from '../../workflow/allocations/allocations.ts';
import { loadCampaign } from '../../core/config/load-config.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { completeWords, type ValueKind } from './complete-words.ts';
import { renderScript, type Shell, wordsOf } from './render-scripts.ts';
import { print } from '../terminal/print.ts';

export function printScript(shell: Shell): void {
  print(renderScript(shell).trimEnd());
}

/** More do not fit on a screen. */
const shownWords = 200;

/** Prints what fits at the cursor. Says nothing where it cannot find out: a user who presses Tab has asked for no message. */
export function runCompletionWords(command: Command, shell: Shell, handed: readonly string[]): void {
  const { words, current } = wordsOf(shell, handed);
  const root = rootOf(command);
  const { candidates, values, before, part } = completeWords(root, words, current);
  const known = [...candidates, ...findValues(values, part, directoryOf(words))];
  // bash replaces what stands behind the last `=` only.
  const shown = shell === 'bash' ? before.replace(/^--[^=]+=/, '') : before;
  const lines = known
    .filter(({ word }) => word.startsWith(part))
    .slice(0, shownWords)
    .map(({ word, about }) => `${shown}${word}\t${about.replaceAll(/\s+/g, ' ')}`);
  print([...lines, values === 'files' || values === 'directories' ? `:${values}` : ':none'].join('\n'));
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

/** What `-C` names on the line that is completed. */
function directoryOf(words: readonly string[]): string {
  const at = words.findLastIndex((word) => word === '-C' || word === '--directory');
  const glued = words.find((word) => word.startsWith('--directory='))?.slice('--directory='.length);
  return (at === -1 ? glued : words[at + 1]) ?? process.cwd();
}

function findValues(kind: ValueKind | null, part: string, from: string): KnownWord[] {
  if (kind === 'classes')
    return ['timed_out', ...failureClasses].map((word) => ({ word, about: 'failure class' }));
  if (kind === null || kind === 'files' || kind === 'directories') return [];
  try {
    if (kind === 'sites') return [...loadSites(from).keys()].map((word) => ({ word, about: 'site' }));
    if (kind === 'entries')
      return loadCampaign(from).config.allocations.map(({ name }) => ({ word: name, about: 'entry' }));
    return readWorkflow(from, (workflow) => {
      if (kind === 'records') return listRecordWords(workflow, part, shownWords);
      if (kind === 'names') return listNames(workflow, part, shownWords);
      if (kind === 'nodes') return listNodeNames(workflow).map((word) => ({ word, about: 'node' }));
      return listAllocations(workflow).map(({ allocationId, entry }) => ({
        word: allocationId ?? '',
        about: entry ?? '',
      }));
    });
  } catch {
    return [];
  }
}

function readWorkflow<T>(from: string, read: (workflow: Workflow) => T): T {
  const workflow = openCampaignWorkflow(loadCampaign(from), { readOnly: true, tries: 1 });
  try {
    return read(workflow);
  } finally {
    workflow.close();
  }
}
