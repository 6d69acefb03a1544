import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import { listAllocations } from '../../workflow/allocations/allocations.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { print, printJson } from '../terminal/print.ts';
import { look } from './allocation-round.ts';
import type { EntryPlan } from './entry-plan.ts';
import { withAllocations } from './open-allocations.ts';
import { chooseEntries } from './open-entries.ts';
import { noEntries } from './run-alloc-explain.ts';
import { scriptTextOf, submitEntry } from './submit-entry.ts';

/** Flags of `oact alloc submit`. */
export interface AllocSubmitFlags {
  count: number;
  dryRun?: boolean;
  json?: boolean;
}

/** Submits now, whatever waits, within the bounds of the entry. */
export async function runAllocSubmit(
  command: Command,
  name: string | undefined,
  flags: AllocSubmitFlags,
): Promise<void> {
  const isDryRun = flags.dryRun === true;
  await withAllocations(command, { readOnly: isDryRun }, async (open) => {
    const [plan, ...others] = chooseEntries(open.entries, name === undefined ? [] : [name]);
    if (!plan) throw noEntries();
    if (others.length > 0)
      throw new OactError('USAGE', 'oact.yaml has several entries: name one', {
        hint: `There are: ${open.entries.map(({ entry }) => entry.name).join(', ')}.`,
      });
    if (!isDryRun) await look(open);
    checkBounds(plan, open.workflow, flags.count);
    if (isDryRun) {
      const script = scriptTextOf(plan.script);
      if (flags.json === true)
        printJson({ dryRun: true, entry: plan.entry.name, count: flags.count, script });
      else print(`${script.trimEnd()}\n\n# Nothing was submitted (--dry-run): ${flags.count} of these.`);
      return;
    }
    const submitted: string[] = [];
    for (let left = flags.count; left > 0; left -= 1) {
      const answer = await submitEntry(plan, { ...open, campaignDir: open.campaign.dir });
      if ('refused' in answer) {
        const before = submitted.length === 0 ? '' : `; submitted before: ${submitted.join(', ')}`;
        throw new OactError('ALLOCATION_REFUSED', `the scheduler said: ${answer.refused}${before}`, {
          hint: `Look at the script: oact alloc submit ${plan.entry.name} --dry-run`,
        });
      }
      submitted.push(answer.allocationId);
    }
    if (flags.json === true) printJson({ dryRun: false, entry: plan.entry.name, submitted });
    else print(`Submitted: ${submitted.join(', ')}. To see them: oact alloc list`);
  });
}

/** @throws OactError ALLOCATION_UNFIT */
function checkBounds({ bounds }: EntryPlan, workflow: Workflow, count: number): void {
  const mine = listAllocations(workflow).filter(({ entry }) => entry === bounds.name);
  const nodes = mine.reduce((sum, one) => sum + one.nodes, 0);
  const wanted = count * bounds.nodesPerAllocation;
  if (nodes + wanted > bounds.maxNodes)
    throw new OactError(
      'ALLOCATION_UNFIT',
      `${bounds.name} is limited to maxNodes: ${bounds.maxNodes}; running or pending: ${nodes}, requested: ${wanted}`,
      { hint: 'Raise maxNodes in oact.yaml, or cancel one: oact alloc list' },
    );
}
