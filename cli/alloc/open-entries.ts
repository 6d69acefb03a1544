import { loadSites } from '../../scheduler/sites/load-sites.ts';
import { resolveSite } from '../../scheduler/sites/merge-sites.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { OactError } from '../../core/errors.ts';
import { type EntryPlan, planEntry } from './entry-plan.ts';

/**
 * The entries of `allocations:` in oact.yaml, ready to be submitted.
 * @throws OactError of planEntry and resolveSite, with the name of the entry
 */
export function openEntries({ config, dir }: Campaign): EntryPlan[] {
  if (config.allocations.length === 0) return [];
  const sites = loadSites(dir);
  return config.allocations.map((entry) => {
    try {
      return planEntry(entry, entry.site === undefined ? null : resolveSite(entry.site, sites), config);
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
      throw new OactError(error.code, `allocations, ${entry.name}: ${error.message}`, {
        ...(error.hint !== undefined && { hint: error.hint }),
        cause: error,
      });
    }
  });
}

/** @param names as typed; none: all entries. @throws OactError USAGE for a name that no entry has */
export function chooseEntries(entries: readonly EntryPlan[], names: readonly string[]): readonly EntryPlan[] {
  const known = entries.map(({ entry }) => entry.name);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw new OactError('USAGE', `no entry of allocations: in oact.yaml is called ${strange.join(', ')}`, {
      hint:
        known.length === 0
          ? 'There is none: docs/allocations.md shows one.'
          : `There are: ${known.join(', ')}.`,
    });
  return names.length === 0 ? entries : entries.filter(({ entry }) => names.includes(entry.name));
}
