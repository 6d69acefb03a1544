import { statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { checkBelowRoot, outsideJobRootHint } from '../../../core/below-root.ts';
import { OactError, systemErrorCode } from '../../../core/errors.ts';
import { type JobFile, locateJobFile } from './locate-job-file.ts';
import { campaignOf } from '../../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../../campaign/open-campaign.ts';
import { printJson } from '../../terminal/print.ts';
import { createControlsFilter } from '../../terminal/show-controls.ts';
import { openBytes } from './read-lines.ts';
import { resolveRecord } from '../resolve-record.ts';
import { findJobDir, readRecord } from '../read-record.ts';

/** Flags of `oact job cat`. */
export interface JobCatFlags {
  attempt?: number;
  file: JobFile;
  json?: boolean;
}

/** Prints a file of a job, whole. Writes nothing else. */
export async function runJobCat(command: Command, wanted: string, flags: JobCatFlags): Promise<void> {
  const { id, path } = locateFileOf(command, wanted, flags.file, flags.attempt);
  if (flags.json === true) {
    const { size, mtime } = statSync(path);
    return printJson({ id, file: flags.file, path, bytes: size, modifiedAt: mtime.toISOString() });
  }
  try {
    const bytes = await openBytes(path);
    // A file or a program gets the bytes as they are.
    if (process.stdout.isTTY) await pipeline(bytes, createControlsFilter(), process.stdout, { end: false });
    else await pipeline(bytes, process.stdout, { end: false });
  } catch (error) {
    // Whoever reads has had enough: `| head`.
    if (['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(systemErrorCode(error) ?? '')) return;
    throw new OactError(
      'FILE_UNREADABLE',
      `${path} could not be read to the end: ${systemErrorCode(error) ?? 'unknown'}`,
      {
        hint: path.endsWith('.gz')
          ? 'It may be damaged; check it with gzip -t.'
          : 'Check its file system and permissions.',
        cause: error,
      },
    );
  }
}

/** @throws OactError RECORD_NOT_FOUND, FILE_UNREADABLE, JOB_DIRECTORY_OUTSIDE */
function locateFileOf(
  command: Command,
  wanted: string,
  which: JobFile,
  attempt: number | undefined,
): { id: number; path: string } {
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const id = resolveRecord(workflow, wanted);
    const record = readRecord(workflow, id);
    const jobDir = findJobDir(campaign, record);
    if (jobDir !== null) {
      const path = locateJobFile(jobDir, which, attempt);
      checkBelowRoot(campaign.jobRoot, path, outsideJobRootHint);
      return { id, path };
    }
    throw new OactError('FILE_UNREADABLE', `record ${id} has no job directory yet`, {
      hint: `It has not run; oact job explain ${id} says why, and oact job input ${id} prints its input.`,
    });
  } finally {
    workflow.close();
  }
}
