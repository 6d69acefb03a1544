import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findOnPath } from '../../consumer/fitness/find-on-path.ts';

/** The system's browser, which asks nobody in the world for anything. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findOnPath('chromium', process.env['PATH'] ?? '');
  if (executablePath === undefined) throw new Error('there is no chromium');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      // Molecules are drawn by software.
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page did that it must not do. */
export interface WatchedPage {
  page: Page;
  /** Requests to others than the board. */
  foreign: string[];
  /** Errors of scripts, and what the content security policy refused. */
  errors: string[];
}

export async function openWatchedPage(context: BrowserContext, base: string): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base)) foreign.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // The login page is answered with 401 on purpose.
    if (message.type() === 'error' && !message.text().includes('401')) errors.push(message.text());
  });
  return { page, foreign, errors };
}
