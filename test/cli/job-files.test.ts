import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { followGrowing } from '../../cli/job/files/follow-growing.ts';
import { type JobFile, locateJobFile } from '../../cli/job/files/locate-job-file.ts';
import { readTail } from '../../cli/job/files/read-lines.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';

/** A job directory with these files; `link → target` is a symbolic link. */
function aJobDir(files: Record<string, string | Buffer>): string {
  const home = makeCampaignDir();
  onTestFinished(() => home.remove());
  for (const [name, content] of Object.entries(files)) {
    const [path = '', target] = name.split(' → ').map((part) => join(home.dir, part));
    mkdirSync(dirname(path), { recursive: true });
    if (target === undefined) writeFileSync(path, content);
    else symlinkSync(relative(dirname(path), target), path);
  }
  return home.dir;
}

const finished = {
  'orca.out': '2',
  'orca.inp': '2',
  'attempt-2/result.json': '{}',
  'attempt-2/run-0-a/orca.out': 'interrupted',
  'attempt-1/orca.out': '1',
  'attempt-1/orca.inp': '1',
  'attempt-1/result.json': '{}',
};
const inProgress = {
  'orca.out → attempt-2/run-1-b/orca.out': '',
  'attempt-2/run-1-b/orca.out': '2',
  'attempt-2/run-1-b/orca.inp': '2',
  'attempt-1/orca.out.gz': '1',
  'attempt-1/orca.inp': '1',
};

describe('locateJobFile', () => {
  it.each<[string, Record<string, string>, JobFile, number | undefined, string]>([
    ['the newest output', finished, 'output', undefined, 'orca.out'],
    ['its input', finished, 'input', undefined, 'orca.inp'],
    ['its result', finished, 'result', undefined, 'attempt-2/result.json'],
    ['the newest by number', finished, 'output', 2, 'orca.out'],
    ['an earlier one', finished, 'output', 1, 'attempt-1/orca.out'],
    ['an earlier input', finished, 'input', 1, 'attempt-1/orca.inp'],
    ['the output of a run in progress', inProgress, 'output', undefined, 'orca.out'],
    ['its input, beside the true output', inProgress, 'input', undefined, 'attempt-2/run-1-b/orca.inp'],
    ['it by number', inProgress, 'input', 2, 'attempt-2/run-1-b/orca.inp'],
    ['a packed one', inProgress, 'output', 1, 'attempt-1/orca.out.gz'],
  ])('finds %s', (_, files, which, attempt, path) => {
    const dir = aJobDir(files);
    expect(relative(dir, locateJobFile(dir, which, attempt))).toBe(path);
  });

  it.each<[JobFile, number | undefined]>([
    ['output', 3],
    ['errors', undefined],
    ['result', 7],
  ])('says what is there when there is no %s of attempt %s', (which, attempt) => {
    const dir = aJobDir(finished);
    expect(() => locateJobFile(dir, which, attempt)).toThrow(new RegExp(`has no ${which}`));
  });
});

describe('readTail', () => {
  const text = Array.from({ length: 30_000 }, (_, line) => `line ${line}`).join('\n');
  it.each([
    ['orca.out', `${text}\n`],
    ['orca.out', text],
    ['orca.out.gz', gzipSync(`${text}\n`)],
  ])('reads the last lines of %s', async (name, content) => {
    const dir = aJobDir({ [name]: content });
    expect(await readTail(join(dir, name), 2)).toBe('line 29998\nline 29999');
    expect((await readTail(join(dir, name), 20_000)).split('\n')).toHaveLength(20_000);
    expect((await readTail(join(dir, name), 99_999)).split('\n')).toHaveLength(30_000);
    expect(await readTail(join(dir, name), 0)).toBe('');
  });
});

describe('followGrowing', () => {
  it('shows what comes, through a new run and a move, until the job has ended', async () => {
    const dir = aJobDir({ 'one/orca.out': 'a\nb\nc\n', 'two/orca.out': 'new\n' });
    const [one, two] = [join(dir, 'one/orca.out'), join(dir, 'two/orca.out')];
    let path: string | undefined;
    let over: string | undefined;
    const seen = { text: '', said: [] as string[] };
    const following = followGrowing(
      { find: () => path, isOver: () => Promise.resolve(over) },
      {
        lines: 2,
        pollMs: 5,
        signal: new AbortController().signal,
        write: (bytes) => Promise.resolve(void (seen.text += bytes.toString())),
        say: (words) => void seen.said.push(words),
      },
    );
    await vi.waitFor(() => expect(seen.said).toEqual(['no output yet: waiting for the job to start']));
    path = one;
    await vi.waitFor(() => expect(seen.text).toBe('b\nc\n'));
    appendFileSync(one, 'd\n');
    await vi.waitFor(() => expect(seen.text).toBe('b\nc\nd\n'));
    // Interrupted, its last words not yet seen, and started again elsewhere.
    appendFileSync(one, 'last\n');
    path = two;
    await vi.waitFor(() => expect(seen.text).toBe('b\nc\nd\nlast\nnew\n'));
    expect(seen.said.at(-1)).toBe(`a new run: ${two}`);
    // Published: the file moves up, and stays the same one.
    path = join(dir, 'orca.out');
    renameSync(two, path);
    appendFileSync(path, 'end\n');
    over = 'attempt 1 has ended: completed';
    await following;
    expect(seen.text).toBe('b\nc\nd\nlast\nnew\nend\n');
    expect(seen.said).toHaveLength(3);
    expect(seen.said.at(-1)).toBe(over);
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const following = followGrowing(
      { find: () => undefined, isOver: () => Promise.resolve(undefined) },
      { lines: 1, signal: stop.signal, write: () => Promise.resolve(), say: () => stop.abort() },
    );
    await expect(following).resolves.toBeUndefined();
  });
});
