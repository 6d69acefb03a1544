import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { configFileName } from '../../core/config/load-config.ts';

/** What a new `oact.yaml` fixes. */
interface FixedSettings {
  campaign: string;
  database: string;
  jobRoot: string;
  /** Left out for a database of the existing tools: their pattern is the default. */
  jobDirPattern?: string;
}

/** Directories of a new campaign carry the number by which every command names a record. */
export const newJobDirPattern = 'job_{id}';

/** The text of a new `oact.yaml`: what is fixed, then the settings that users change most, as comments. */
export function renderCampaignFile(settings: FixedSettings): string {
  return `# Settings of this campaign. \`oact config show\` lists all of them and where each comes from.
${stringify(settings)}
# orca:
#   path: /path/to/orca
# recipe:
#   functional: wB97M-V
#   ksMethod: uks
# job:
#   timeLimit: 20h
#   maxFailCount: 3
# node:
#   coresPerSlot: 16
`;
}

/** Makes the directory a campaign; an `oact.yaml` that is there stays. */
export function writeCampaignFile(dir: string, settings: FixedSettings): void {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, configFileName);
  if (!existsSync(path)) writeFileSync(path, renderCampaignFile(settings), { flag: 'wx' });
}
