import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openWatchedPage, startBrowser, type WatchedPage } from '../../support/browser.ts';
import { type FullCampaign, makeFullCampaign } from '../../support/full-campaign.ts';
import { addressOf, listViolations, logIn, seeJob, seeSettledJobs, seeViews } from './see-views.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { oactSucceeds, type RunningOact, startOact } from '../../support/run-oact.ts';

describe.skipIf(!hasPrograms('redis-server', 'chromium'))(
  'the pages in a browser, over a hundred records',
  () => {
    let campaign: FullCampaign;
    let boards: RunningOact[];
    let reading: string;
    let acting: string;
    let token: string;
    let browser: Browser;
    let context: BrowserContext;
    let watched: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      campaign = await makeFullCampaign({ slowSeconds: 360 });
      boards = [
        ['--port', '0'],
        ['--port', '0', '--allow-actions'],
      ].map((flags) => startOact(['-C', campaign.dir, 'board', ...flags]));
      [reading = '', acting = ''] = await Promise.all(boards.map(addressOf));
      token = readFileSync(join(campaign.dir, '.oact', 'board.token'), 'utf8').trim();
      browser = await startBrowser();
      context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      watched = await openWatchedPage(context, reading);
      page = watched.page;
    }, 400_000);
    afterAll(async () => {
      await browser?.close();
      for (const { child, ended } of boards ?? []) {
        child.kill('SIGTERM');
        await ended;
      }
      await campaign?.stop();
    }, 120_000);

    it('refuses a wrong token and lets in who types the right one', { timeout: 120_000 }, async () => {
      await page.goto(`${reading}jobs`);
      await page.fill('#token', 'wrong');
      await page.click('button');
      await page.getByText('That is not the token').waitFor();
      await logIn(page, reading, token);
      expect(page.url()).toBe(reading);
      expect(await page.evaluate('document.cookie')).toBe('');
    });

    it('shows what the database says, and nodes with what they run', { timeout: 120_000 }, async () => {
      await page.goto(reading);
      const tile = (status: string): Promise<string> =>
        page.locator(`.tile a[href="/jobs?status=${status}"] strong`).innerText();
      const { stdout } = await oactSucceeds(['-C', campaign.dir, 'status', '--json'], { env: campaign.env });
      const { database } = z.object({ database: z.record(z.string(), z.number()) }).parse(JSON.parse(stdout));
      for (const status of ['to_run', 'completed', 'failed', 'timeout'])
        expect(await tile(status)).toBe(String(database[status]));
      expect(await page.locator('.slot.busy').count()).toBe(4);
      await page.locator('.chart canvas').nth(1).waitFor();
      await page.getByText('scf_not_converged').first().waitFor();
      await page.locator('#live[data-state="on"]').waitFor();
    });

    it(
      'finds a record by its number, its formula, its error and its class',
      { timeout: 180_000 },
      async () => {
        const search = async (text: string): Promise<string> => {
          await page.goto(`${reading}jobs`);
          await page.keyboard.press('/');
          await page.keyboard.type(text);
          await page.keyboard.press('Enter');
          await page.waitForURL(/q=/);
          return page.locator('#jobs').innerText();
        };
        expect(await search('17')).toMatch(/1 record, .*#17/s);
        expect(await search('UF6')).toMatch(/\b4 records|\b5 records/);
        expect(await search('unrecognized')).toMatch(/1 record.*input_keyword/s);
        expect(await search('no such words')).toContain('No record matches');
        await page.goto(`${reading}jobs`);
        await page.getByText('Filters', { exact: true }).click();
        await page.selectOption('select[name=class]', 'timed_out');
        await page.selectOption('select[name=status]', 'timeout');
        await page.getByRole('button', { name: 'Search' }).click();
        await page.waitForURL(/class=timed_out/);
        expect(page.url()).not.toContain('node=');
        expect(await page.locator('#jobs').innerText()).toMatch(/2 records.*#71.*#72/s);
      },
    );

    it('sorts and turns pages', { timeout: 120_000 }, async () => {
      await page.goto(`${reading}jobs`);
      await page.getByRole('link', { name: 'Next' }).click();
      await page.getByText('Page 2 of 2').waitFor();
      expect(await page.locator('tbody tr').first().innerText()).toContain('#51');
      await page.getByRole('link', { name: 'Attempts' }).click();
      await page.getByRole('link', { name: 'Attempts' }).click();
      await page.locator('th[aria-sort=descending]').waitFor();
      expect(await page.locator('tbody tr').first().innerText()).toContain('scf_not_converged');
    });

    // Before the tests that take long: what these need is still running then.
    it(
      'requeues, cancels, pauses and resumes when it is allowed to, after a question',
      { timeout: 300_000 },
      async () => {
        const other = (await openWatchedPage(await browser.newContext(), acting)).page;
        await logIn(other, acting, token);
        const press = async (name: string, confirm: string): Promise<string> => {
          await other.getByText(name, { exact: true }).click();
          await other.getByRole('button', { name: confirm }).click();
          return other.locator('.flash').innerText();
        };
        await other.goto(`${acting}jobs/4`);
        expect(await press('Requeue', 'Yes, requeue it')).toContain('Record 4 waits');
        await expect.poll(() => other.locator('#state').innerText(), { timeout: 30_000 }).toContain('to run');
        await other.goto(`${acting}jobs/90`);
        expect(await press('Cancel', 'Yes, cancel it')).toContain('Record 90 is cancelled');
        await other.goto(`${acting}jobs/100`);
        expect(await press('Cancel', 'Yes, cancel it')).toContain('Record 100 is cancelled');
        await other.goto(acting);
        expect(await press('Pause', 'Yes, pause')).toContain('Paused');
        await other.getByText('no job is given out.').waitFor();
        expect(await press('Resume', 'Yes, resume')).toContain('Resumed');
        await other.context().close();
      },
    );

    it('Bull Board has our names, and leads to our pages', { timeout: 120_000 }, async () => {
      await page.goto(`${reading}queue/queue/default?status=active`);
      await page
        .getByText(/^#7\d .*[A-Z]\S* · attempt 1$/)
        .first()
        .waitFor();
      await page.getByText('Job page').first().click();
      await expect
        .poll(() =>
          page
            .context()
            .pages()
            .some((one) => /\/jobs\/\d+$/.test(one.url())),
        )
        .toBe(true);
    });

    it(
      'a running job: progress, curves and the end of its output move without reloading',
      { timeout: 240_000 },
      async () => {
        await page.goto(reading);
        await page.locator('.slot.busy a').first().click();
        await page.waitForURL(/jobs\/\d+/);
        const tail = page.locator('#tail');
        await expect.poll(() => tail.innerText(), { timeout: 60_000 }).toContain('SCF');
        await page.locator('[data-chart=scf] canvas').waitFor({ timeout: 120_000 });
        await page.evaluate('window.sameDocument = true');
        const [text, state] = [await tail.innerText(), await page.locator('#state').innerText()];
        await expect.poll(() => tail.innerText(), { timeout: 60_000 }).not.toBe(text);
        await expect.poll(() => page.locator('#state').innerText(), { timeout: 60_000 }).not.toBe(state);
        await page.locator('[data-chart=optimization] canvas').waitFor({ timeout: 180_000 });
        expect(await page.evaluate('window.sameDocument')).toBe(true);
        expect(await page.locator('#input').innerText()).toContain('! ');
      },
    );

    it(
      'a finished job: attempts with what they did otherwise, result, geometry and files',
      { timeout: 120_000 },
      async () => {
        await page.goto(`${reading}jobs/10`);
        expect(await page.locator('#attempts tbody tr').count()).toBe(3);
        expect(await page.locator('#attempts').innerText()).toMatch(/SlowConv/);
        expect(await page.locator('#facts').innerText()).toMatch(/Final energy\s+-\d+\.\d+ Eh/);
        await page.locator('#molecule').scrollIntoViewIfNeeded();
        await page.locator('#molecule canvas, #molecule pre').first().waitFor();
        await page.getByRole('link', { name: 'as XYZ' }).click();
        expect(await page.locator('pre').innerText()).toMatch(/^17\nlast geometry of attempt 3\nU /);
        await page.goBack();
        await page.getByRole('link', { name: 'output', exact: true }).click();
        expect(await page.locator('pre').innerText()).toContain('ORCA TERMINATED NORMALLY');
      },
    );

    it('what happens elsewhere appears by itself', { timeout: 180_000 }, async () => {
      await page.goto(reading);
      await page.locator('#live[data-state="on"]').waitFor();
      await page.evaluate('window.sameDocument = true');
      const failed = page.locator('.tile a[href="/jobs?status=failed"] strong');
      const before = Number(await failed.innerText());
      await oactSucceeds(['-C', campaign.dir, 'requeue', '--ids', '28', '--yes'], { env: campaign.env });
      await expect.poll(async () => Number(await failed.innerText()), { timeout: 60_000 }).toBe(before - 1);
      expect(await page.evaluate('window.sameDocument')).toBe(true);
    });

    it('does nothing when it is read-only', { timeout: 60_000 }, async () => {
      await page.goto(`${reading}jobs/4`);
      expect(await page.locator('form[action^="/actions"]').count()).toBe(0);
      expect(await page.locator('footer').innerText()).toContain('Read-only');
    });

    it('settled jobs stand in Bull Board with result, class and duration', { timeout: 120_000 }, async () => {
      const { completed, failed } = await seeSettledJobs(page, reading);
      expect(completed).toMatch(/attempt \d · completed · -\d+\.\d+ Eh · \d/);
      expect(failed).toMatch(/attempt \d · failed: \w+ · \d/);
    });

    it('every picture is drawn of the campaign and leads to its jobs', { timeout: 120_000 }, async () => {
      const { marks, ofCell, ofStretch } = await seeViews(page, reading);
      expect(Math.min(...Object.values(marks))).toBeGreaterThan(1);
      expect(ofCell + ofStretch).toMatch(/\d records?, 1 to.*\d records?, 1 to/s);
    });

    it('a job is explained, compared, and its output searched', { timeout: 120_000 }, async () => {
      const { explanation, differs, found } = await seeJob(page, reading);
      expect(explanation).toMatch(/SCF|converge/i);
      expect([differs, found]).toEqual([
        expect.stringContaining('status'),
        expect.stringMatching(/terminated/i),
      ]);
    });

    it.each([
      ['desktop', 1280, 'light'],
      ['phone', 390, 'dark'],
    ] as const)(
      'can be read and used by everybody, on a %s',
      { timeout: 240_000 },
      async (_what, width, colorScheme) => {
        await page.setViewportSize({ width, height: 850 });
        await page.emulateMedia({ colorScheme });
        const still = ['views', 'compare?a=4&b=10', 'jobs/10/read/output?attempt=3&q=SCF', 'api/v1'];
        for (const path of ['', 'jobs', 'jobs/10', 'jobs/73', 'jobs?q=xyz', ...still]) {
          await page.goto(`${reading}${path}`);
          if (!still.includes(path)) await page.locator('#live[data-state="on"]').waitFor();
          const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect(overflow).toBeLessThanOrEqual(0);
          const violations = await listViolations(page);
          expect({ path, violations }).toEqual({ path, violations: [] });
        }
      },
    );

    it('needs no pointer', { timeout: 60_000 }, async () => {
      await page.setViewportSize({ width: 1280, height: 850 });
      await page.goto(`${reading}jobs?status=failed`);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(page.url()).toContain('#main');
      const link = page.locator('tbody a').first();
      await link.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/jobs\/\d+/);
    });

    it('asked nobody else for anything, and nothing failed in it', () => {
      expect(watched.foreign).toEqual([]);
      expect(watched.errors).toEqual([]);
    });
  },
);
