import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  finishPublishing,
  publishResult,
  readPublishedResult,
} from '../../../consumer/files/publish-result.ts';
import type { RunDirectory } from '../../../consumer/files/run-directory.ts';
import { openFreshRun } from '../open-fresh-run.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { aResult } from '../../workflow/sample-workflow.ts';

let jobDir: string;

beforeEach(() => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  jobDir = join(campaign.dir, 'job_1');
});

/** A run that has ended and left its files, `mark` in each. */
async function anEndedRun(attempt: number, mark: string): Promise<RunDirectory> {
  const run = await openFreshRun(jobDir, attempt, mark);
  for (const name of ['orca.inp', 'orca.out', 'orca.err', 'orca.gbw', 'orca.K.tmp', 'orca.I.tmp.3'])
    writeFileSync(join(run.runDir, name), mark);
  return run;
}
const read = (path: string): string => readFileSync(join(jobDir, path), 'utf8');
const list = (path = '.'): string[] => readdirSync(join(jobDir, path)).toSorted();
const resultOf = (attempt: number, node: string) =>
  aResult(1, attempt, { ranOn: { node, allocationId: null, slot: 0, cores: [0] } });

describe('publishResult', () => {
  it('leaves the plain files in the job directory, the result with its attempt, and no scratch', async () => {
    const result = resultOf(1, 'node1');
    expect(await publishResult(await anEndedRun(1, 'one'), result)).toBe(result);
    expect(list()).toEqual(['attempt-1', 'orca.err', 'orca.gbw', 'orca.inp', 'orca.out']);
    expect(list('attempt-1')).toEqual(['result.json']);
    expect(read('orca.out')).toBe('one');
    expect(await readPublishedResult(jobDir, 1)).toEqual(result);
  });

  it('lets the first of two publishers win, whose files they are too', async () => {
    const runs = [await anEndedRun(1, 'one'), await anEndedRun(1, 'two')];
    const [first, second] = await Promise.all(
      runs.map((run, index) => publishResult(run, resultOf(1, index === 0 ? 'one' : 'two'))),
    );
    expect(first).toEqual(second);
    expect(await readPublishedResult(jobDir, 1)).toEqual(first);
    expect(read('orca.out')).toBe(first?.ranOn.node);
    expect(read('orca.gbw')).toBe(first?.ranOn.node);
  });

  it('gives a late run the result that counts, and does not touch its files', async () => {
    const late = await anEndedRun(1, 'late');
    const early = await anEndedRun(1, 'early');
    const published = await publishResult(early, resultOf(1, 'early'));
    expect(await publishResult(late, resultOf(1, 'late'))).toEqual(published);
    expect(read('orca.out')).toBe('early');
    expect(await readPublishedResult(jobDir, 1)).toEqual(published);
  });

  it('keeps the files of a newer attempt: those of an older one stay in its directory', async () => {
    const old = await anEndedRun(1, 'old');
    await publishResult(await anEndedRun(2, 'new'), resultOf(2, 'node2'));
    await publishResult(old, resultOf(1, 'node1'));
    expect(read('orca.out')).toBe('new');
    expect(read('attempt-1/orca.out')).toBe('old');
    expect(list('attempt-1')).toEqual(['orca.err', 'orca.gbw', 'orca.inp', 'orca.out', 'result.json']);
    expect(await readPublishedResult(jobDir, 1)).toMatchObject({ attempt: 1 });
  });

  it('keeps every attempt when one follows another', async () => {
    for (const attempt of [1, 2, 3]) {
      await publishResult(await anEndedRun(attempt, `files ${attempt}`), resultOf(attempt, 'node1'));
    }
    expect(read('attempt-1/orca.out')).toBe('files 1');
    expect(read('attempt-2/orca.out')).toBe('files 2');
    expect(read('orca.out')).toBe('files 3');
  });

  it('moves a directory that a run made, and archives the one of the attempt before', async () => {
    for (const attempt of [1, 2]) {
      const run = await anEndedRun(attempt, `files ${attempt}`);
      mkdirSync(join(run.runDir, 'nbo'));
      writeFileSync(join(run.runDir, 'nbo', 'file'), String(attempt));
      await publishResult(run, resultOf(attempt, 'node1'));
    }
    expect(read('nbo/file')).toBe('2');
    expect(read('attempt-1/nbo/file')).toBe('1');
  });
});

describe('finishPublishing', () => {
  it('finishes what was published under the name of its run, and takes that name away', async () => {
    const run = await anEndedRun(1, 'one');
    const own = join(run.attemptDir, `result-of-${basename(run.runDir)}.json`);
    writeFileSync(own, JSON.stringify(resultOf(1, 'node1')));
    linkSync(own, join(run.attemptDir, 'result.json'));
    renameSync(join(run.runDir, 'orca.gbw'), join(jobDir, 'orca.gbw'));

    await finishPublishing(jobDir, 1);
    await finishPublishing(jobDir, 1);
    expect(list()).toEqual(['attempt-1', 'orca.err', 'orca.gbw', 'orca.inp', 'orca.out']);
    expect(list('attempt-1')).toEqual(['result.json']);
    expect(await readPublishedResult(jobDir, 1)).toMatchObject({ ranOn: { node: 'node1' } });
  });

  it('leaves alone what another run had half written when it was killed', async () => {
    const killed = await anEndedRun(1, 'killed');
    writeFileSync(join(killed.attemptDir, `result-of-${basename(killed.runDir)}.json`), '{"v":1');
    expect(await readPublishedResult(jobDir, 1)).toBeUndefined();
    const result = resultOf(1, 'node2');
    await publishResult(await anEndedRun(1, 'good'), result);
    await finishPublishing(jobDir, 1);
    expect(await readPublishedResult(jobDir, 1)).toEqual(result);
    expect(read('orca.out')).toBe('good');
    expect(existsSync(join(killed.runDir, 'orca.out'))).toBe(true);
  });

  it('finishes what a consumer that died between publishing and moving began', async () => {
    const run = await anEndedRun(1, 'one');
    writeFileSync(join(run.runDir, 'result.json'), JSON.stringify(resultOf(1, 'node1')));
    linkSync(join(run.runDir, 'result.json'), join(run.attemptDir, 'result.json'));
    // It died in the middle of the move.
    renameSync(join(run.runDir, 'orca.gbw'), join(jobDir, 'orca.gbw'));
    const interrupted = join(run.attemptDir, 'run-interrupted');
    mkdirSync(interrupted);
    writeFileSync(join(interrupted, 'orca.out'), 'not this one');

    await finishPublishing(jobDir, 1);
    await finishPublishing(jobDir, 1);
    expect(list()).toEqual(['attempt-1', 'orca.err', 'orca.gbw', 'orca.inp', 'orca.out']);
    expect(read('orca.out')).toBe('one');
    expect(existsSync(run.runDir)).toBe(false);
    expect(list('attempt-1')).toEqual(['result.json', 'run-interrupted']);
  });

  it('may be done by two at once', async () => {
    const run = await anEndedRun(1, 'one');
    writeFileSync(join(run.runDir, 'result.json'), JSON.stringify(resultOf(1, 'node1')));
    linkSync(join(run.runDir, 'result.json'), join(run.attemptDir, 'result.json'));
    await Promise.all([finishPublishing(jobDir, 1), finishPublishing(jobDir, 1)]);
    expect(list()).toEqual(['attempt-1', 'orca.err', 'orca.gbw', 'orca.inp', 'orca.out']);
  });
});

describe('readPublishedResult', () => {
  it('is undefined without a result', async () => {
    expect(await readPublishedResult(jobDir, 1)).toBeUndefined();
  });

  it('refuses a file that is no result, by its path', async () => {
    mkdirSync(join(jobDir, 'attempt-1'), { recursive: true });
    writeFileSync(join(jobDir, 'attempt-1', 'result.json'), '{"v":99}');
    await expect(readPublishedResult(jobDir, 1)).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: expect.stringContaining(join(jobDir, 'attempt-1', 'result.json')),
    });
  });
});
