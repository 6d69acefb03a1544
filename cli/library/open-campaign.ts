/** The library that programs import as `oact`; its types, with their words, are in `oact.d.ts`. */
import { mergeConfig } from '../../core/config/config.ts';
import { type Campaign, loadCampaign } from '../../core/config/load-config.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { runCampaign } from '../serve/run-on-this-machine.ts';
import type * as library from './oact.d.ts';
import { enqueueRecords } from './enqueue-records.ts';
import { readRecords, readResults } from './read-records.ts';
import { watchEndings } from './watch-endings.ts';

export const openCampaign: typeof library.openCampaign = (options = {}) => {
  const { directory = process.cwd(), settings = {} } = options;
  const campaign = loadCampaign(directory, { ...settings });
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const close = (): Promise<void> => {
    workflow.close();
    return Promise.resolve();
  };
  return Promise.resolve({
    id: campaign.config.campaign,
    directory: campaign.dir,
    counts: () => {
      const { other: _, ...counts } = countByStatus(workflow);
      return counts;
    },
    enqueue: (wanted = {}) => enqueueRecords(withRecipe(campaign, wanted), flagsOf(wanted)),
    run: async ({ slots, coresPerSlot, orcaPath, ...wanted } = {}) => {
      const flags = {
        ...flagsOf(wanted),
        ...(slots !== undefined && { slots }),
        ...(coresPerSlot !== undefined && { coresPerSlot }),
        ...(orcaPath !== undefined && { orcaPath }),
      };
      const { completed, failed, timedOut, remaining } = await runCampaign(
        withRecipe(campaign, wanted),
        flags,
        true,
      );
      return { completed, failed, timedOut, remaining };
    },
    watch: (wanted = {}) => watchEndings(workflow, wanted),
    records: (filter = {}) => readRecords(workflow, filter),
    results: (filter = {}) => readResults(workflow, campaign, filter),
    close,
    [Symbol.asyncDispose]: close,
  });
};

function withRecipe(campaign: Campaign, { recipe }: library.EnqueueOptions): Campaign {
  if (recipe === undefined) return campaign;
  const { config } = campaign;
  return { ...campaign, config: { ...config, recipe: mergeConfig(config.recipe, { ...recipe }) } };
}

/** As the flags of the commands are named. */
function flagsOf({ ids, batchSize, timeLimitSeconds }: library.EnqueueOptions) {
  return {
    ...(ids !== undefined && { ids: ids.map((id): IdRange => ({ from: id, to: id })) }),
    ...(batchSize !== undefined && { batchSize }),
    ...(timeLimitSeconds !== undefined && { jobTimeout: timeLimitSeconds }),
  };
}
