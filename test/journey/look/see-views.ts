import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { RunningOact } from '../../support/run-oact.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Types the token as a user does. */
export async function logIn(page: Page, base: string, token: string): Promise<void> {
  await page.goto(base);
  await page.fill('#token', token);
  await page.press('#token', 'Enter');
  await page.waitForSelector('#counts');
}

/** What Bull Board shows of jobs that are settled. */
export async function seeSettledJobs(
  page: Page,
  base: string,
): Promise<{ completed: string; failed: string }> {
  await page.goto(`${base}queue/queue/default?status=completed`);
  await page.getByText('actinides · default').first().waitFor();
  const completed = await page
    .getByText(/· completed ·/)
    .first()
    .innerText();
  await page.goto(`${base}queue/queue/default?status=failed`);
  return {
    completed,
    failed: await page
      .getByText(/· failed: /)
      .first()
      .innerText(),
  };
}

/** The pictures, and where a cell and a stretch of time lead. */
export async function seeViews(
  page: Page,
  base: string,
): Promise<{ marks: Record<string, number>; ofCell: string; ofStretch: string }> {
  await page.goto(`${base}views`);
  const marks: Record<string, number> = {};
  for (const mark of ['.gantt a rect', '.scatter circle', '.areas polygon', '.histogram rect'])
    marks[mark] = await page.locator(mark).count();
  await page.locator('.heat td a').first().click();
  await page.waitForURL(/jobs\?element=/);
  const ofCell = await page.locator('#jobs').innerText();
  await page.goto(`${base}views`);
  const box = await page.locator('.areas').boundingBox();
  if (!box) throw new Error('the picture has no place');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.15, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, y, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/from=.*&to=/);
  await page.getByRole('link', { name: 'Their jobs' }).click();
  await page.waitForURL(/ended=/);
  return { marks, ofCell, ofStretch: await page.locator('#jobs').innerText() };
}

/** A failed record with its explanation, beside another one, and the output of that one. */
export async function seeJob(
  page: Page,
  base: string,
): Promise<{ explanation: string; differs: string; found: string }> {
  await page.goto(`${base}jobs/4`);
  const explanation = await page.locator('.explain').innerText();
  await page.getByLabel('Compare with').fill('10');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(/compare\?a=4&b=10/);
  const differs = await page.locator('.comparison .differs').first().innerText();
  await page.goto(`${base}jobs/10/read/output?attempt=3`);
  await page.fill('#q', 'terminated normally');
  await page.keyboard.press('Enter');
  return { explanation, differs, found: await page.locator('mark').first().innerText() };
}

/** What of a page not everybody can read or use. */
export async function listViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html).join(' ')))`,
  );
}

/** Where a board listens, as soon as it says so. */
export async function addressOf(board: RunningOact): Promise<string> {
  const { child } = board;
  const deadlineMs = Date.now() + 60_000;
  while (Date.now() < deadlineMs && child.exitCode === null) {
    const address = /^http\S+$/m.exec(board.output().stdout)?.[0];
    if (address !== undefined) return address;
    await new Promise((resolve) => child.stdout?.once('data', resolve));
  }
  throw new Error(`the board did not start: ${board.output().stderr}`);
}
