import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { configSchema } from '../../core/config/config.ts';
import { type Campaign, configFileName, loadCampaign } from '../../core/config/load-config.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { writeCampaignFile } from './write-campaign-file.ts';

/**
 * The campaign of a database and a job root named as the existing tools name them: `workflow.db jobs/`.
 * The directory of the database becomes a campaign directory when it is none yet.
 * @param isDryRun write nothing, not even `oact.yaml`
 */
export function adoptCampaign(database: string, root: string | undefined, isDryRun: boolean): Campaign {
  const databasePath = resolve(database);
  const dir = dirname(databasePath);
  const jobRoot = resolve(root ?? join(dir, 'jobs'));
  const names = { database: basename(databasePath), jobRoot: relative(dir, jobRoot) || '.' };
  if (existsSync(join(dir, configFileName))) {
    return loadCampaign(dir, { database: databasePath, ...(root !== undefined && { jobRoot }) });
  }
  const workflow = openWorkflow(databasePath, { readOnly: isDryRun });
  const { campaignId } = workflow;
  workflow.close();
  if (!isDryRun) {
    writeCampaignFile(dir, { campaign: campaignId, ...names });
    return loadCampaign(dir);
  }
  const config = configSchema.parse({ campaign: campaignId, ...names });
  return {
    dir,
    config,
    databasePath,
    jobRoot,
    layers: { user: {}, campaign: {}, environment: {}, flag: {} },
  };
}
