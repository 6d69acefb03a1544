import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { adoptResult } from '../../../consumer/files/adopt-result.ts';
import { copyDurably } from '../../../consumer/files/copy-durably.ts';
import { findMarker } from '../../../consumer/files/find-marker.ts';
import { publishResult, readPublishedResult } from '../../../consumer/files/publish-result.ts';
import { readFacts } from '../../../consumer/files/judge-output.ts';
import type { RunDirectory } from '../../../consumer/files/run-directory.ts';
import { markerFileName } from '../../../core/job-dir/job-layout.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { mayMount } from '../../support/machine/small-disk.ts';
import { aResult } from '../../workflow/sample-workflow.ts';
import { aPayload } from '../a-payload.ts';
import { openFreshRun } from '../open-fresh-run.ts';

let jobDir: string;
const lines: { msg: string; path: string }[] = [];
const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });

beforeEach(() => {
  lines.length = 0;
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  jobDir = join(campaign.dir, 'job_1');
});

async function anEndedRun(): Promise<RunDirectory> {
  const run = await openFreshRun(jobDir, 1, '1-00000001');
  for (const name of ['orca.inp', 'orca.out', 'orca.gbw', 'orca.K.tmp'])
    writeFileSync(join(run.runDir, name), 'text');
  return run;
}

/** What cannot be removed or renamed (EBUSY), as a file in use on a network file system. */
function makeBusy(path: string): void {
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', path]);
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
}

function makePipe(path: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  execFileSync('mkfifo', [path]);
  return path;
}

describe('a result whose run cannot be tidied up', () => {
  it.skipIf(!mayMount)('counts all the same; what stays behind is named', async () => {
    const run = await anEndedRun();
    makeBusy(join(run.runDir, 'orca_tmp_mount'));
    makeBusy(join(run.runDir, '.nfs000000000000a1b2'));
    const result = aResult(1, 1);
    expect(await publishResult(run, result, log)).toEqual(result);
    expect(await readPublishedResult(jobDir, 1)).toEqual(result);
    expect(readFileSync(join(jobDir, 'orca.out'), 'utf8')).toBe('text');
    expect(existsSync(join(run.runDir, 'orca.K.tmp'))).toBe(false);
    expect(lines.map(({ path }) => path)).toContain(join(run.runDir, 'orca_tmp_mount'));
    // The next owner of the job finds it, and is not stopped by what is left either.
    const payload = aPayload({ jobDir, campaignId: result.campaignId });
    expect(await adoptResult(payload, log)).toEqual(result);
  });

  it('takes its place beside a directory that bears the name of an output', async () => {
    mkdirSync(join(jobDir, 'orca.out', 'inside'), { recursive: true });
    mkdirSync(join(jobDir, 'attempt-1'), { recursive: true });
    const run = await anEndedRun();
    expect(await publishResult(run, aResult(1, 1), log)).toBeDefined();
    expect(readFileSync(join(jobDir, 'orca.out'), 'utf8')).toBe('text');
    expect(lines).toEqual([]);
  });
});

describe('a named pipe where a file is expected', () => {
  it('is not waited for', async () => {
    const pipe = makePipe(join(jobDir, 'attempt-1', 'result.json'));
    const refusal = expect.objectContaining({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(pipe),
    });
    await expect(readPublishedResult(jobDir, 1)).rejects.toEqual(refusal);
    await expect(readFacts(pipe)).rejects.toEqual(refusal);
    await expect(copyDurably(pipe, join(jobDir, 'copy'))).rejects.toEqual(refusal);
    expect(existsSync(join(jobDir, 'copy'))).toBe(false);
  });

  it.each([
    ['a pipe', (path: string) => void makePipe(path)],
    ['a directory', (path: string) => void mkdirSync(path, { recursive: true })],
    ['a link to itself', (path: string) => symlinkSync(path, path)],
  ])('blocks as a marker that is %s', async (_, make) => {
    mkdirSync(jobDir, { recursive: true });
    make(join(jobDir, markerFileName));
    expect(await findMarker(jobDir)).toBeTypeOf('string');
  });
});
