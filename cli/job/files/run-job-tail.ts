import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { readPublishedResult } from '../../../consumer/files/publish-result.ts';
import { checkBelowRoot, outsideJobRootHint } from '../../../core/below-root.ts';
import { OactError } from '../../../core/errors.ts';
import type { Outcome } from '../../../core/job/outcome.ts';
import { listenForStop } from '../../../core/stop-signal.ts';
import { type AttemptView, type RecordView, showRecord } from '../../../workflow/lookup/show-record.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { type Followed, followGrowing } from './follow-growing.ts';
import { locateJobFile } from './locate-job-file.ts';
import { campaignOf } from '../../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../../campaign/open-campaign.ts';
import { print, printJson } from '../../terminal/print.ts';
import { showControls, showForeignControls } from '../../terminal/show-controls.ts';
import { readTail } from './read-lines.ts';
import { resolveRecord } from '../resolve-record.ts';
import { findJobDir, readRecord } from '../read-record.ts';

/** Flags of `oact job tail`. */
export interface JobTailFlags {
  lines: number;
  follow?: boolean;
  attempt?: number;
  json?: boolean;
}

/** The database is asked as often as this whether the job has ended without a result; ms. */
const askEveryMs = 5000;

const say = (words: string): void => void process.stderr.write(`oact: ${showForeignControls(words)}\n`);

/** Prints the last lines of a job's output, and with --follow what comes. Writes nothing else. */
export async function runJobTail(command: Command, named: string, flags: JobTailFlags): Promise<void> {
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const stop = listenForStop();
  try {
    const id = resolveRecord(workflow, named);
    const record = readRecord(workflow, id);
    const open = openAttemptOf(record);
    const wanted = flags.attempt ?? open?.attempt;
    const follows = flags.follow === true && open !== undefined && wanted === open.attempt;
    if (follows) {
      const findDir = (): string | null => findJobDir(campaign, showRecord(workflow, id) ?? record);
      const decoder = new StringDecoder('utf8');
      await followGrowing(followedOf(workflow, id, open, campaign.jobRoot, findDir), {
        lines: flags.lines,
        say,
        signal: stop.drain,
        write: async (bytes) => {
          const shown = process.stdout.isTTY ? showControls(decoder.write(bytes)) : bytes;
          if (!process.stdout.write(shown)) await once(process.stdout, 'drain');
        },
      });
      return;
    }
    const jobDir = findJobDir(campaign, record);
    if (jobDir === null)
      throw new OactError('FILE_UNREADABLE', `record ${id} has no job directory yet`, {
        hint: `It has not run; oact job explain ${id} says why.`,
      });
    const path = locateJobFile(jobDir, 'output', flags.attempt);
    checkBelowRoot(campaign.jobRoot, path, outsideJobRootHint);
    const text = await readTail(path, flags.lines);
    if (flags.json === true) return printJson({ id, path, lines: text.split('\n') });
    // A file or a program gets the bytes as they are.
    if (process.stdout.isTTY) print(showControls(text));
    else process.stdout.write(`${text}\n`);
    if (flags.follow === true)
      say(`record ${id} is not queued or running: its status is ${record.status ?? 'NULL'}`);
  } finally {
    stop.dispose();
    workflow.close();
  }
}

function openAttemptOf(record: RecordView): AttemptView | undefined {
  return record.attempts.find(({ settledAt }) => settledAt === null);
}

function followedOf(
  workflow: Workflow,
  id: number,
  open: AttemptView,
  jobRoot: string,
  findDir: () => string | null,
): Followed {
  let jobDir = findDir();
  let askedAtMs = Date.now();
  return {
    find: () => {
      jobDir ??= findDir();
      return jobDir === null || !existsSync(jobDir) ? undefined : findOutputOf(jobRoot, jobDir, open.attempt);
    },
    isOver: async () => {
      const result = jobDir === null ? undefined : await readPublishedResult(jobDir, open.attempt);
      if (result !== undefined) return describeEnd(open.attempt, result.outcome);
      if (Date.now() - askedAtMs < askEveryMs) return undefined;
      askedAtMs = Date.now();
      const attempt = showRecord(workflow, id)?.attempts.find((one) => one.attempt === open.attempt);
      if (attempt?.settledAt === null) return undefined;
      return `attempt ${open.attempt} has ended: ${attempt?.outcome ?? 'withdrawn'}`;
    },
  };
}

/** A job that waits has none, or that of a run which was interrupted. */
function findOutputOf(jobRoot: string, jobDir: string, attempt: number): string | undefined {
  try {
    const path = locateJobFile(jobDir, 'output', attempt);
    checkBelowRoot(jobRoot, path, outsideJobRootHint);
    return path;
  } catch {
    return undefined;
  }
}

function describeEnd(attempt: number, outcome: Outcome): string {
  const why = outcome.kind === 'completed' ? '' : `: ${outcome.reason}`;
  const name = outcome.kind === 'failed' ? ` (${outcome.class})` : '';
  return `attempt ${attempt} has ended: ${outcome.kind}${name}${why}`;
}
