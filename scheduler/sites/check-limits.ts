import { formatClock } from '../clock.ts';
import { OactError } from '../../core/errors.ts';
import type { Limit, Site } from './site-schema.ts';

/** What is asked of a site. */
export interface AllocationSize {
  nodes: number;
  /** The queue, partition or QOS that limits are known by. */
  queues: readonly string[];
}

/**
 * The longest walltime that a site grants so many nodes, in seconds; null: nobody has said.
 * @throws OactError ALLOCATION_UNFIT when it grants no allocation of that many nodes
 */
export function longestWalltime(site: Site, { nodes, queues }: AllocationSize): number | null {
  const limits = site.limits?.value ?? [];
  const ofQueue = limits.filter(({ queue }) => queue === undefined || queues.includes(queue));
  if (ofQueue.length === 0) return null;
  const fitting = ofQueue.filter(
    ({ minNodes, maxNodes }) => nodes >= minNodes && (maxNodes === null || nodes <= maxNodes),
  );
  if (fitting.length > 0) return Math.max(...fitting.map(({ maxWalltime }) => maxWalltime));
  throw new OactError('ALLOCATION_UNFIT', `${describe(site, queues)} does not grant ${nodes} nodes`, {
    hint: listLimits(site),
  });
}

/**
 * @param walltimeSeconds what a user wants
 * @throws OactError ALLOCATION_UNFIT
 */
export function checkWalltime(site: Site, size: AllocationSize, walltimeSeconds: number): void {
  const longest = longestWalltime(site, size);
  if (longest === null || walltimeSeconds <= longest) return;
  const nodes = size.nodes === 1 ? '1 node' : `${size.nodes} nodes`;
  throw new OactError(
    'ALLOCATION_UNFIT',
    `${describe(site, size.queues)} grants ${nodes} for at most ${formatClock(longest)}, not ${formatClock(walltimeSeconds)}`,
    { hint: listLimits(site) },
  );
}

const describe = (site: Site, queues: readonly string[]): string =>
  queues.length === 0 ? site.name : `'${queues.join(' ')}' of ${site.name}`;

function listLimits(site: Site): string {
  const rows = (site.limits?.value ?? []).map(renderLimit).join('; ');
  const date = site.limits?.date;
  const since =
    typeof date === 'string' ? ` These are from ${date}; you can set other limits in oact.yaml.` : '';
  return `Known limits: ${rows}.${since}`;
}

function renderLimit({ queue, minNodes, maxNodes, maxWalltime }: Limit): string {
  const nodes = maxNodes === null ? `from ${minNodes} nodes on` : `${minNodes} to ${maxNodes} nodes`;
  return `${queue === undefined ? '' : `${queue}, `}${nodes}: ${formatClock(maxWalltime)}`;
}
