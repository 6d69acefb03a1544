/** `oact init DIR --adopt-copy`: a copied campaign becomes one of its own. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { OactError } from '../../core/errors.ts';
import { type Campaign, configFileName, loadCampaign } from '../../core/config/load-config.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { judgeHome, makeOwnCampaign } from '../../workflow/schema/campaign-home.ts';
import { print, printJson } from '../terminal/print.ts';
import { readPlainFileSync } from '../../core/plain-file.ts';

/**
 * A new id in the database and in oact.yaml; `.oact` (server, passwords, token), which are the original's, goes.
 * Repeated after a crash it does what is left.
 * @throws OactError USAGE when it is no copy, CAMPAIGN_COPIED when its files still are the original's
 */
export function adoptCopy(dirArgument: string, isJson: boolean): void {
  const dir = resolve(dirArgument);
  const campaign = loadCampaign(dir);
  if (campaign.dir !== dir) throw new OactError('USAGE', `${dir} has no ${configFileName}`);
  for (const [name, path] of [
    ['database', campaign.databasePath],
    ['jobRoot', campaign.jobRoot],
  ] as const)
    if (relative(dir, path).startsWith('..'))
      throw new OactError(
        'CAMPAIGN_COPIED',
        `${name} is ${path}, outside ${dir}, so both campaigns would share it`,
        {
          hint: `Copy it into ${dir}, and set ${name} in ${join(dir, configFileName)}.`,
        },
      );
  const workflow = openWorkflow(campaign.databasePath);
  try {
    const { decided, claimed, here } = judgeHome(workflow);
    const isHalfDone = decided === 'own' && workflow.campaignId !== campaign.config.campaign;
    if ((decided !== 'copy' && !isHalfDone) || here === undefined)
      throw new OactError(
        'USAGE',
        `${campaign.databasePath} is not a copy: it is the campaign's own database`,
        {
          hint: 'A moved or restored campaign needs no change. oact recognises a copy only while the original is still in its place.',
        },
      );
    const { campaignId, released } = isHalfDone
      ? { campaignId: workflow.campaignId, released: 0 }
      : makeOwnCampaign(workflow, here, {
          from: join(dirOfOriginal(claimed?.path ?? '', campaign), relative(dir, campaign.jobRoot)),
          to: campaign.jobRoot,
        });
    writeCampaignId(campaign, campaignId);
    rmSync(join(dir, '.oact'), { recursive: true, force: true });
    if (isJson) printJson({ campaign: dir, campaignId, released });
    else
      print(
        `${dir} is now campaign ${campaignId}. ${released} records that the original works on wait in the copy, too.`,
      );
  } finally {
    workflow.close();
  }
}

/** Everything else in the file stays as a user wrote it. */
function writeCampaignId({ dir }: Campaign, campaignId: string): void {
  const path = join(dir, configFileName);
  const text = readPlainFileSync(path).replace(/^campaign:.*$/m, `campaign: "${campaignId}"`);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** The directory in which the original's database lies as the copy's lies in its own. */
function dirOfOriginal(databasePath: string, { dir, databasePath: own }: Campaign): string {
  const depth = relative(dir, own).split(sep).length;
  return resolve(databasePath, ...Array.from({ length: depth }, () => '..'));
}
