import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

/** A directory with these files, gone after the test. */
export function aDirectory(files: Record<string, string>): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  for (const [name, text] of Object.entries(files)) {
    const path = join(campaign.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return campaign.dir;
}

export function aFile(name: string, text: string): string {
  return join(aDirectory({ [name]: text }), name);
}
