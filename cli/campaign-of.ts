import type { Command } from 'commander';
import type { RawConfig } from '../core/config.ts';
import { type Campaign, loadCampaign } from '../core/load-config.ts';

/** The campaign named by -C, or the one around the working directory. Opens no database, so that compute nodes may ask. */
export function campaignOf(command: Command, flags: RawConfig = {}): Campaign {
  const { directory } = command.optsWithGlobals<{ directory?: string }>();
  return loadCampaign(directory ?? process.cwd(), flags);
}
