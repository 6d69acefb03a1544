/** What `oact top` shows of one job: its record, the end of its output, and the curves in it. */
import type { FileHandle } from 'node:fs/promises';
import { checkBelowRoot, outsideJobRootHint } from '../../core/below-root.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { openPlainFile } from '../../core/plain-file.ts';
import type { CurveFollower } from '../../core/progress/job-curves.ts';
import { createCurveFollower } from '../../orca/progress/read-curves.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { locateJobFile } from '../job/files/locate-job-file.ts';
import { readTail } from '../job/files/read-lines.ts';
import { findJobDir, readRecord } from '../job/read-record.ts';
import { showControls } from '../terminal/show-controls.ts';
import type { JobDetail } from './top-state.ts';

/** More than a screen shows. */
const tailLines = 100;
/** Of one look: a large output is caught up with in several, so that keys are never held up. */
const bytesPerLook = 8 * 1024 * 1024;

/** Reads one job again and again. */
export interface JobDetailReader {
  /** @throws OactError RECORD_NOT_FOUND, and those of the database */
  read(recordId: number): Promise<JobDetail>;
}

export function createJobDetailReader(campaign: Campaign): JobDetailReader {
  let followed: { path: string; position: number; curves: CurveFollower } | undefined;
  return {
    read: async (recordId) => {
      const workflow = openCampaignWorkflow(campaign, { readOnly: true, tries: 1 });
      let record;
      let path: string | undefined;
      try {
        record = readRecord(workflow, recordId);
        path = findOutputOf(campaign, findJobDir(campaign, record));
      } finally {
        workflow.close();
      }
      if (path === undefined) return { record, tail: [], curves: null };
      try {
        const tail = showControls(await readTail(path, tailLines)).split('\n');
        // What is packed has ended, and is not read as a whole for a picture.
        if (path.endsWith('.gz')) return { record, tail, curves: null };
        if (followed?.path !== path) followed = { path, position: 0, curves: createCurveFollower() };
        followed.position = await readOn(path, followed.position, followed.curves);
        return { record, tail, curves: followed.curves.read() };
      } catch (error) {
        if (systemErrorCode(error) === undefined) throw error;
        return { record, tail: [], curves: null };
      }
    },
  };
}

/** @returns how far the curves have read now */
async function readOn(path: string, from: number, curves: CurveFollower): Promise<number> {
  const file: FileHandle = await openPlainFile(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, Math.min(size - from, bytesPerLook)));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    curves.push(bytes.subarray(0, bytesRead));
    return from + bytesRead;
  } finally {
    await file.close();
  }
}

function findOutputOf(campaign: Campaign, jobDir: string | null): string | undefined {
  if (jobDir === null) return undefined;
  try {
    const path = locateJobFile(jobDir, 'output');
    checkBelowRoot(campaign.jobRoot, path, outsideJobRootHint);
    return path;
  } catch (error) {
    if (error instanceof OactError) return undefined;
    throw error;
  }
}
