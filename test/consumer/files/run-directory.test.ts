import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { linkOutput, openRunDirectory } from '../../../consumer/files/run-directory.ts';
import { removeLink } from '../../../core/job-dir/archive-outputs.ts';
import { parseAttemptNames } from '../../../core/job-dir/job-layout.ts';
import { openFreshRun } from '../open-fresh-run.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

let jobDir: string;

beforeEach(() => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  jobDir = join(campaign.dir, 'jobs', 'job_1');
});

const write = (path: string, text: string): void => {
  mkdirSync(join(jobDir, path, '..'), { recursive: true });
  writeFileSync(join(jobDir, path), text);
};
const read = (path: string): string => readFileSync(join(jobDir, path), 'utf8');
const list = (path = '.'): string[] => readdirSync(join(jobDir, path)).toSorted();

describe('parseAttemptNames', () => {
  it.each([
    [
      ['attempt-2', 'attempt-10', 'attempt-0', 'orca.out'],
      [0, 2, 10],
    ],
    [['attempt-', 'attempt-1x', 'xattempt-1', 'attempt--1', 'attempt-1.5'], []],
    [[], []],
  ])('%j', (names, attempts) => {
    expect(parseAttemptNames(names)).toEqual(attempts);
  });
});

describe('openRunDirectory', () => {
  it('makes an empty directory for the run, and a link to its output that can be tailed', async () => {
    const run = await openFreshRun(jobDir, 1, '1-1f0c9a2e');
    expect(run).toEqual({
      jobDir,
      attempt: 1,
      attemptDir: join(jobDir, 'attempt-1'),
      runDir: join(jobDir, 'attempt-1', 'run-1-1f0c9a2e'),
      isFirst: true,
    });
    expect(readdirSync(run.runDir)).toEqual([]);
    writeFileSync(join(run.runDir, 'orca.out'), 'first line\n');
    expect(read('orca.out.live')).toBe('first line\n');
    expect(list()).toEqual(['attempt-1', 'orca.out.live']);
  });

  it('takes the link of an earlier run for its own', async () => {
    const first = await openFreshRun(jobDir, 1, 'a');
    const second = await openFreshRun(jobDir, 1, 'b');
    writeFileSync(join(first.runDir, 'orca.out'), 'first');
    writeFileSync(join(second.runDir, 'orca.out'), 'second');
    expect(read('orca.out.live')).toBe('second');
    expect(list()).toEqual(['attempt-1', 'orca.out.live']);
  });

  it('never covers or removes an output that was published while this process was paused', async () => {
    const run = await openFreshRun(jobDir, 1, 'a');
    write('orca.out', 'published');
    // It goes on where it was paused: before its link was made, or after it had seen one in the place.
    await linkOutput(jobDir, run.runDir, 'a');
    await removeLink(join(jobDir, 'orca.out'), 'a');
    expect(read('orca.out')).toBe('published');
    expect(list()).toEqual(['attempt-1', 'orca.out', 'orca.out.live']);
  });

  it('archives what another tool left there as attempt 0, and leaves what is no run file', async () => {
    const runFiles = [
      'orca.inp',
      'orca.out',
      'orca.gbw',
      'orca_property.txt',
      'orca_metrics.json',
      'slurm.out',
      'flux-f2.out',
      'logs',
    ];
    const otherFiles = ['.do_not_rerun.json', 'notes.txt', 'sella.log', 'flux_job.flux'];
    for (const name of [...runFiles, ...otherFiles]) write(name, `old ${name}`);
    await openFreshRun(jobDir, 1, 'a');
    expect(list('attempt-0')).toEqual(runFiles.toSorted());
    expect(read('attempt-0/orca.out')).toBe('old orca.out');
    expect(list()).toEqual([...otherFiles, 'attempt-0', 'attempt-1', 'orca.out.live'].toSorted());
  });

  it('archives the files of the attempt before into its own directory', async () => {
    await openFreshRun(jobDir, 1, 'a');
    write('attempt-1/result.json', '{}');
    write('orca.inp', 'input of attempt 1');
    write('orca.out', 'output of attempt 1');
    await openFreshRun(jobDir, 2, 'b');
    expect(read('attempt-1/orca.inp')).toBe('input of attempt 1');
    expect(list()).toEqual(['attempt-1', 'attempt-2', 'orca.out.live']);
  });

  it('gives back the files of a run that publishes in this moment, and makes no second run', async () => {
    const first = await openFreshRun(jobDir, 1, 'a');
    // Published and moved by a consumer whose lock was lost, after the new owner had looked for a result.
    writeFileSync(join(first.attemptDir, 'result.json'), '{}');
    writeFileSync(join(jobDir, 'orca.out'), 'published');
    expect(await openRunDirectory(jobDir, 1, 'b')).toBeUndefined();
    expect(readFileSync(join(jobDir, 'orca.out'), 'utf8')).toBe('published');
    expect(existsSync(join(first.attemptDir, 'run-b'))).toBe(false);
  });

  it('replaces the link of an interrupted run, whose files stay for a restart', async () => {
    const first = await openFreshRun(jobDir, 1, 'a');
    writeFileSync(join(first.runDir, 'orca.out'), 'interrupted');
    writeFileSync(join(first.runDir, 'orca.gbw'), 'orbitals');
    const second = await openFreshRun(jobDir, 1, 'b');
    writeFileSync(join(second.runDir, 'orca.out'), 'running');
    expect(read('orca.out.live')).toBe('running');
    expect(lstatSync(join(jobDir, 'orca.out.live')).isSymbolicLink()).toBe(true);
    expect(read('attempt-1/run-a/orca.gbw')).toBe('orbitals');
    expect(list()).toEqual(['attempt-1', 'orca.out.live']);
  });

  it('does not take the leftovers of a scheduler script for a directory of ours', async () => {
    write('orca_tmp_x1/orca.K.tmp', 'scratch');
    await openFreshRun(jobDir, 1, 'a');
    expect(list('orca_tmp_x1')).toEqual(['orca.K.tmp']);
  });
});
