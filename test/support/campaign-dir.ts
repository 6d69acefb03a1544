import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CampaignDir {
  dir: string;
  remove: () => void;
}

/** An empty directory for a campaign. */
export function makeCampaignDir(): CampaignDir {
  const dir = mkdtempSync(join(tmpdir(), 'oact-campaign-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }) };
}
