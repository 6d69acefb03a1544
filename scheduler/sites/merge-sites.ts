import { isSection } from '../../core/config/config.ts';
import { listMistakes } from '../../core/config/mistakes/explain-issues.ts';
import { OactError } from '../../core/errors.ts';
import { anyScheduler } from '../schedulers.ts';
import { type Site, type SiteFields, siteSchema } from './site-schema.ts';

/** Sites by name, as a file has them. */
export interface SiteLayer {
  /** The file. */
  source: string;
  sites: unknown;
}

const namePattern = /^[a-z0-9][a-z0-9_-]*$/;

/**
 * Sites by name, checked. Later layers win, field by field.
 * @param layers weakest first
 * @throws OactError SITE_INVALID
 */
export function mergeSites(layers: readonly SiteLayer[]): Map<string, SiteFields> {
  const sites = new Map<string, SiteFields>();
  for (const { source, sites: raw } of layers) {
    if (!isSection(raw)) throw new OactError('SITE_INVALID', `${source}: write sites as 'name: {…}'`);
    for (const [name, fields] of Object.entries(raw)) {
      if (!namePattern.test(name)) {
        throw new OactError('SITE_INVALID', `${source}: '${name}' cannot be the name of a site`, {
          hint: 'Use lower-case letters, digits, dashes and underscores.',
        });
      }
      sites.set(name, overlay(sites.get(name), parseFields(fields, `${source}: site ${name}`)));
    }
  }
  return sites;
}

function parseFields(raw: unknown, source: string): SiteFields {
  const parsed = siteSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new OactError('SITE_INVALID', `${source}: ${listMistakes(parsed.error, siteSchema, raw)}`, {
    hint: `Known: ${Object.keys(siteSchema.shape).join(', ')}.`,
  });
}

/** Fields that are there cover those below. */
const overlay = (lower: SiteFields | undefined, upper: SiteFields): SiteFields => ({ ...lower, ...upper });

/**
 * A site with what it inherits.
 * @throws OactError SITE_NOT_FOUND, SITE_INVALID
 */
export function resolveSite(name: string, sites: ReadonlyMap<string, SiteFields>): Site {
  const { extends: _, ...fields } = inherit(name, sites, []);
  const { scheduler } = fields;
  if (scheduler) return { ...fields, name, scheduler };
  throw new OactError('SITE_INVALID', `the site ${name} has no scheduler`, {
    hint: `Add scheduler: ${anyScheduler}, or extends: with another site.`,
  });
}

function inherit(name: string, sites: ReadonlyMap<string, SiteFields>, above: readonly string[]): SiteFields {
  const fields = sites.get(name);
  if (!fields) {
    throw new OactError('SITE_NOT_FOUND', `there is no site ${name}`, {
      hint: `Known: ${[...sites.keys()].toSorted().join(', ')}. Add your own in ~/.config/oact/sites/NAME.yaml or under 'sites:' in oact.yaml.`,
    });
  }
  if (above.includes(name)) {
    throw new OactError('SITE_INVALID', `sites extend each other: ${[...above, name].join(' → ')}`);
  }
  return fields.extends === undefined
    ? fields
    : overlay(inherit(fields.extends, sites, [...above, name]), fields);
}
