import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  configFileName,
  findCampaignDir,
  readConfigFile,
  userConfigDir,
} from '../../core/config/load-config.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { mergeSites, type SiteLayer } from './merge-sites.ts';
import type { SiteFields } from './site-schema.ts';

const extension = '.yaml';

/** oact's own sites. */
export function builtInSitesDir(): string {
  return join(findPackageRoot(), 'scheduler-scripts', 'sites');
}

/**
 * All sites: oact's own, those in ~/.config/oact/sites, and those of the user's and the campaign's oact.yaml.
 * @param startDir where to look for a campaign from; none is needed
 * @throws OactError SITE_INVALID, CONFIG_INVALID
 */
export function loadSites(startDir: string): Map<string, SiteFields> {
  const campaignDir = findCampaignDir(startDir);
  return mergeSites([
    ...readSiteFiles(builtInSitesDir()),
    ...readSiteFiles(join(userConfigDir(), 'sites')),
    readConfigSites(join(userConfigDir(), configFileName)),
    ...(campaignDir === undefined ? [] : [readConfigSites(join(campaignDir, configFileName))]),
  ]);
}

/** One site per file, which has its name. */
function readSiteFiles(dir: string): SiteLayer[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => name.endsWith(extension))
    .toSorted()
    .map((name) => {
      const source = join(dir, name);
      return { source, sites: { [basename(name, extension)]: readConfigFile(source) } };
    });
}

function readConfigSites(source: string): SiteLayer {
  return { source, sites: readConfigFile(source)['sites'] ?? {} };
}
