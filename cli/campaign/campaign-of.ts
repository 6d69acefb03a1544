import type { Command } from 'commander';
import type { RawConfig } from '../../core/config/config.ts';
import { type Campaign, loadCampaign } from '../../core/config/load-config.ts';

/** Where a campaign is looked for from: -C, or the working directory. */
export function startDirOf(command: Command): string {
  return command.optsWithGlobals<{ directory?: string }>().directory ?? process.cwd();
}

/** The campaign named by -C, or the one around the working directory. Opens no database, so that compute nodes may ask. */
export function campaignOf(command: Command, flags: RawConfig = {}): Campaign {
  return loadCampaign(startDirOf(command), flags);
}
