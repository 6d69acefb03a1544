import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openLogDestination } from '../../core/log-destination.ts';
import { isRotationDue, rotateLog } from '../../core/rotate-log.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';

const limits = { bytes: 100, days: 2, kept: 2 };
const day = 86_400_000;

function logPath(): string {
  const { dir, remove } = makeCampaignDir();
  onTestFinished(remove);
  return join(dir, 'serve.log');
}

it.each([
  [{ bytes: 99, bornAtMs: 10 * day }, false],
  [{ bytes: 100, bornAtMs: 10 * day }, true],
  [{ bytes: 1, bornAtMs: 8 * day }, true],
  [{ bytes: 0, bornAtMs: 1 }, false],
  // A file system that knows no birth.
  [{ bytes: 1, bornAtMs: 0 }, false],
])('%j is due: %s', (file, isDue) => {
  expect(isRotationDue(file, limits, 10 * day)).toBe(isDue);
});

describe('a log', () => {
  it('is set aside, and the oldest goes', () => {
    const path = logPath();
    for (const round of ['a', 'b', 'c', 'd']) {
      writeFileSync(path, round.repeat(100));
      expect(rotateLog(path, limits, Date.now())).toBeUndefined();
    }
    expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^d+$/);
    expect(readFileSync(`${path}.2`, 'utf8')).toMatch(/^c+$/);
    expect([existsSync(path), existsSync(`${path}.3`)]).toEqual([false, false]);
    expect(rotateLog(path, limits, Date.now())).toBeUndefined();
  });

  it('is set aside when a process begins to write', () => {
    const path = logPath();
    writeFileSync(path, 'old\n'.repeat(50));
    openLogDestination(path, limits).write('new\n');
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^old/);
  });

  it('that another process has set aside is begun again, without a lost line', () => {
    const path = logPath();
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    onTestFinished(() => clock.mockRestore());
    const log = openLogDestination(path, limits);
    log.write('one\n');
    renameSync(path, `${path}.1`);
    log.write('two\n');
    now = 6000;
    log.write('three\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('one\ntwo\n');
    expect(readFileSync(path, 'utf8')).toBe('three\n');
  });
});
