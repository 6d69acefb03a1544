/** Writes the chosen plan into `oact.yaml` and leaves all else there as it is, comments included. */
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import { mergeConfig, isSection, validateConfig } from '../../core/config/config.ts';
import { type Campaign, configFileName } from '../../core/config/load-config.ts';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import type { Plan } from '../../packing/plan/compare-plans.ts';

/**
 * @param entry the entry of `allocations:` that is changed, by its name as settings give it; undefined: there is none
 * @returns what was changed, as `key: value`
 * @throws OactError CONFIG_INVALID when the result would not be valid, FILE_UNWRITABLE
 */
export function writePlan(campaign: Campaign, plan: Plan, entry: string | undefined): string[] {
  const path = join(campaign.dir, configFileName);
  const { text, changed } = changePlan(readFileSync(path, 'utf8'), plan, placeOf(campaign, entry));
  if (changed.length === 0) return [];
  const parsed: unknown = parseDocument(text).toJS();
  validateConfig(mergeConfig(campaign.layers.user, isSection(parsed) ? parsed : {}), path);
  const unfinished = `${path}.${process.pid}.new`;
  try {
    writeFileSync(unfinished, text);
    chmodSync(unfinished, statSync(path).mode);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new OactError(
      'FILE_UNWRITABLE',
      `${path} cannot be written: ${systemErrorCode(error) ?? 'unknown'}`,
      {
        hint: 'Check its permissions and the free space. It is unchanged.',
        cause: error,
      },
    );
  }
  return changed;
}

/** Entries may have no name of their own there, so their place counts. */
function placeOf({ config }: Campaign, entry: string | undefined): number | undefined {
  return entry === undefined ? undefined : config.allocations.findIndex(({ name }) => name === entry);
}

/** Pure. @param place of the entry in the list; undefined: only the cores per job are written */
export function changePlan(
  before: string,
  plan: Plan,
  place: number | undefined,
): { text: string; changed: string[] } {
  const document = parseDocument(before);
  const changed: string[] = [];
  const set = (
    keys: (string | number)[],
    value: string | number,
    isSame: (old: unknown) => boolean,
  ): void => {
    if (isSame(document.getIn(keys))) return;
    document.setIn(keys, value);
    changed.push(`${keys.join('.')}: ${value}`);
  };
  const { nodes, walltimeSeconds, coresPerJob, slotsPerNode } = plan;
  set(['node', 'coresPerSlot'], coresPerJob, (old) => old === coresPerJob);
  // A fixed number of slots would contradict their size.
  if (document.hasIn(['node', 'slots'])) set(['node', 'slots'], slotsPerNode, (old) => old === slotsPerNode);
  const entry = place === undefined ? undefined : entryAt(document, place);
  if (entry !== undefined) {
    const walltime = writeDuration(walltimeSeconds);
    set([...entry, 'walltime'], walltime, (old) => old === walltime);
    set([...entry, 'maxNodes'], nodes, (old) => old === nodes);
    const perAllocation = document.getIn([...entry, 'nodesPerAllocation']);
    if (typeof perAllocation === 'number' && perAllocation > nodes)
      set([...entry, 'nodesPerAllocation'], nodes, (old) => old === nodes);
  }
  return { text: changed.length === 0 ? before : document.toString({ lineWidth: 0 }), changed };
}

/** One entry may stand there without a list. */
function entryAt(document: Document, place: number): (string | number)[] | undefined {
  const allocations = document.get('allocations');
  if (isSeq(allocations)) return ['allocations', place];
  return isMap(allocations) && place === 0 ? ['allocations'] : undefined;
}

/** To the second, and read back as the same. */
function writeDuration(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [Math.round(seconds % 60), 's'],
  ];
  return parts.map(([amount, unit]) => (amount === 0 ? '' : `${amount}${unit}`)).join('');
}
