import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogger, renderLogLine } from '../../core/logger.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { catchError } from '../workflow/expect-error.ts';

it('renders a line for people: time, message, fields', () => {
  const line = JSON.stringify({
    level: 40,
    time: 1_795_000_000_000,
    jobId: 'c7-a1',
    cores: [0, 1],
    msg: 'job started',
  });
  expect(stripVTControlCharacters(renderLogLine(line))).toMatch(
    /^\d\d:\d\d:\d\d job started jobId=c7-a1 cores=\[0,1\]\n$/,
  );
});

it('writes JSON lines to a file, whose directory it makes', async () => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const file = join(campaign.dir, 'logs', 'run.log');
  const log = createLogger({ file });
  log.child({ jobId: 'c7-a1' }).info({ seconds: 3 }, 'job finished');
  log.debug('not shown');
  const lines = await vi.waitFor(() => {
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('\n');
    return text.trimEnd().split('\n');
  });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 30,
    jobId: 'c7-a1',
    seconds: 3,
    msg: 'job finished',
  });
});

describe('OACT_LOG_LEVEL', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    [undefined, 'info'],
    ['debug', 'debug'],
    ['warn', 'warn'],
  ])('%s: what is worth a line is %s', (value, level) => {
    vi.stubEnv('OACT_LOG_LEVEL', value);
    expect(createLogger().level).toBe(level);
  });

  it('refuses a word that is no level, and lists those that are', () => {
    vi.stubEnv('OACT_LOG_LEVEL', 'loud');
    const error = catchError(() => createLogger());
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.hint).toContain('debug, info, warn');
  });
});
