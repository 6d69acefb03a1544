import { resolve } from 'node:path';
import { messageOf, OactError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import type { Allocation } from '../../../scheduler/read-allocation.ts';
import { cancelSuccessor, submitSuccessor } from '../../../scheduler/submit-successor.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { readSuccessor, type SuccessorNote, writeSuccessor } from '../../../workflow/steering/successors.ts';

/** Allocations that `--chain` without a number submits, one after the other. */
const usualLength = 10;

/** What an allocation does about the next one. */
export type ChainDecision = 'submit' | 'last' | 'known' | 'unsure';

/**
 * Decides from the note that this allocation, or an earlier start of it, has left.
 * @param left how many allocations may follow
 */
export function decideChain(left: number, note: SuccessorNote | null): ChainDecision {
  if (note !== null) return note.id === null ? 'unsure' : 'known';
  return left > 0 ? 'submit' : 'last';
}

export interface Chain {
  /** Submits the next allocation, once. What goes wrong is logged. */
  begin(): void;
  /** Waits for the submission; when the campaign is done, the next allocation is cancelled. Never rejects. */
  end(isDone: boolean): Promise<void>;
}

export interface ChainOptions {
  workflow: Workflow;
  allocation: Allocation;
  /** true: of the usual length. */
  chain: number | true;
  /** The batch script of this allocation, and its arguments without --chain. */
  script: readonly string[];
  log: Logger;
}

/** @throws OactError USAGE outside of an allocation, or without a script */
export function openChain({ workflow, allocation, chain, script, log }: ChainOptions): Chain {
  const { scheduler, allocationId } = allocation;
  const [file, ...args] = script;
  if (scheduler === null || allocationId === null || file === undefined)
    throw new OactError('USAGE', '--chain needs an allocation and, after --, its script', {
      hint: 'The scripts campaign.slurm, campaign.flux and campaign.pbs call it.',
    });
  const left = chain === true ? usualLength : chain;
  const key = `${scheduler}:${allocationId}`;
  const submit = async (): Promise<void> => {
    writeSuccessor(workflow, key, { id: null, at: new Date().toISOString() });
    try {
      const id = await submitSuccessor(scheduler, allocationId, [
        resolve(file),
        `--chain=${left - 1}`,
        ...args,
      ]);
      writeSuccessor(workflow, key, { id, at: new Date().toISOString() });
      log.info(
        { next: id, left: left - 1 },
        'the next allocation was submitted: it starts when this one has ended',
      );
    } catch (error) {
      // Refused: a later start of this allocation may try again.
      writeSuccessor(workflow, key, null);
      throw error;
    }
  };
  const begin = async (): Promise<void> => {
    try {
      const note = readSuccessor(workflow, key);
      const decision = decideChain(left, note);
      if (decision === 'submit') return await submit();
      if (decision === 'last') log.info({}, 'this is the last allocation of its chain');
      if (decision === 'known')
        log.info({ next: note?.id }, 'the next allocation was submitted by an earlier start of this one');
      if (decision === 'unsure')
        log.warn(
          { since: note?.at },
          'an earlier start of this allocation ended while it submitted the next one: no second one is submitted; look at your queue, and submit one by hand if there is none',
        );
    } catch (error) {
      const hint = error instanceof OactError ? error.hint : undefined;
      log.warn({ err: messageOf(error), ...(hint !== undefined && { hint }) }, 'no next allocation');
    }
  };
  const cancel = async (): Promise<void> => {
    try {
      const id = readSuccessor(workflow, key)?.id ?? null;
      if (id === null) return;
      const words = await cancelSuccessor(scheduler, id);
      if (words === null) log.info({ next: id }, 'the next allocation was cancelled: the campaign is done');
      else
        log.warn(
          { next: id, words },
          'the next allocation could not be cancelled; it ends as soon as it starts',
        );
    } catch (error) {
      log.warn(
        { err: messageOf(error) },
        'the next allocation could not be cancelled; it ends as soon as it starts',
      );
    }
  };
  let begun: Promise<void> = Promise.resolve();
  return {
    begin: () => void (begun = begin()),
    end: async (isDone) => {
      await begun;
      if (isDone) await cancel();
    },
  };
}
