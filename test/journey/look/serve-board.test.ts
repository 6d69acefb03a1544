import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, type RunningOact, runOact, startOact } from '../../support/run-oact.ts';

let root: CampaignDir;
let dir: string;
let serve: RunningOact;

beforeEach(async () => {
  root = makeCampaignDir();
  dir = join(root.dir, 'campaign');
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
  await oactSucceeds(['-C', dir, 'redis', 'start']);
  serve = startOact(['-C', dir, 'serve', '--board-port', '0']);
}, 120_000);
afterEach(async () => {
  serve.child.kill('SIGKILL');
  await serve.ended;
  await runOact(['-C', dir, 'redis', 'stop']);
  root.remove();
}, 60_000);

const isGone = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    () => true,
  );

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'oact serve serves the pages, which end with it: %s',
  { timeout: 180_000 },
  async (signal) => {
    await expect.poll(() => serve.output().stderr, { timeout: 90_000 }).toContain('pages opened');
    const url = /"url":"(http[^"]+)"/.exec(serve.output().stderr)?.[1] ?? 'none';
    const token = readFileSync(join(dir, '.oact', 'board.token'), 'utf8').trim();
    const page = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Overview · campaign');
    serve.child.kill(signal);
    await serve.ended;
    await expect.poll(() => isGone(url), { timeout: 30_000 }).toBe(true);
  },
);
