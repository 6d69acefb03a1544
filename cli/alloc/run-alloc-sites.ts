import type { Command } from 'commander';
import { loadSites } from '../../scheduler/sites/load-sites.ts';
import { resolveSite } from '../../scheduler/sites/merge-sites.ts';
import { type Site, sourcedFields } from '../../scheduler/sites/site-schema.ts';
import { startDirOf } from '../campaign/campaign-of.ts';
import { print, printJson, renderTable } from '../terminal/print.ts';

export function runAllocSites(command: Command, flags: { json?: boolean }): void {
  const known = loadSites(startDirOf(command));
  const sites = [...known.keys()].toSorted().map((name) => resolveSite(name, known));
  if (flags.json === true)
    return printJson(Object.fromEntries(sites.map(({ name, ...site }) => [name, site])));
  print(
    renderTable(
      ['site', 'scheduler', 'cores', 'memory', 'source', 'date', 'not verified'],
      sites.map((site) => [
        site.name,
        site.scheduler.value,
        coresOf(site),
        site.memoryGb ? `${site.memoryGb.value} GB` : null,
        site.cores ? originOf(site.cores.source) : null,
        site.cores?.date ?? null,
        sourcedFields.filter((field) => site[field]?.source === 'unverified').join(', '),
      ]),
    ),
  );
}

function coresOf({ cores, coresReservedBySystem: reserved }: Site): string | null {
  if (!cores) return null;
  return reserved ? `${cores.value}, ${reserved.value} kept by the system` : String(cores.value);
}

/** The host of an address, which says whose word it is; the whole of it is in --json. */
function originOf(source: string | null): string {
  if (source === null) return 'yours';
  return URL.canParse(source) ? new URL(source).host : source;
}
