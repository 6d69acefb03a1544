import { groupBy } from '../../consumer/cores/cut-cores.ts';
import type { Core } from '../../consumer/cores/discover-cores.ts';
import { formatCpuList } from '../../consumer/cores/parse-cpu-list.ts';
import type { NodeDrawing } from '../node/plan-node.ts';
import { renderPackings } from './render-packings.ts';

/** A slot's sign in the picture; more slots than signs begin anew. */
const slotSigns = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const reservedSign = '-';
const idleSign = '.';
const forbiddenSign = 'x';
/** Lines fit a terminal of 100 columns. */
const width = 98;
const margin = 8;
const pictureWidth = 72;

/** The node as text: its cores in slots, the memory of a slot, and the reason of each. No line is longer than 100 columns. */
export function renderNodePlan(drawing: NodeDrawing, node: string): string[] {
  const { packing } = drawing;
  if (packing !== null) return renderPackings(drawing, packing, node);
  const { cores, plan, maxCoreMb } = drawing;
  const all = [...cores.usable, ...cores.forbidden];
  const caches = new Set(all.map(({ l3 }) => l3)).size;
  const numaNodes = new Set(all.map(({ numaNode }) => numaNode)).size;
  return [
    `${node}: ${count(all.length, 'core')}, ${count(caches, 'L3 cache')}, ${count(numaNodes, 'NUMA node')}` +
      ` → ${count(plan.slots.length, 'slot')} × ${count(plan.coresPerSlot, 'core')}, %maxcore ${maxCoreMb}`,
    '',
    ...drawCores(drawing, all),
    ...explainSigns(drawing),
    '',
    ...listSlots(drawing),
    ...explainMemory(drawing),
    ...explainCores(drawing),
  ];
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const label = (name: string, text: string): string => `${name.padEnd(margin)}${text}`;

function drawCores({ plan }: NodeDrawing, all: readonly Core[]): string[] {
  const signOf = new Map<number, string>();
  for (const cpu of plan.reserved) signOf.set(cpu, reservedSign);
  for (const cpu of plan.idle) signOf.set(cpu, idleSign);
  for (const { slot, cores } of plan.slots)
    for (const cpu of cores) signOf.set(cpu, slotSigns[slot % slotSigns.length] ?? idleSign);
  return groupBy(all, 'numaNode').flatMap((numaNode) => {
    const name = `NUMA ${numaNode[0]?.numaNode ?? 0}`;
    const rows = wrapCaches(groupBy(numaNode, 'l3'));
    return rows.map((row, index) => {
      const cpus = row.flat().map(({ cpu }) => cpu);
      const range = `${Math.min(...cpus)}–${Math.max(...cpus)}`;
      const picture = row
        .map((l3) => l3.map(({ cpu }) => signOf.get(cpu) ?? forbiddenSign).join(''))
        .join(' ');
      return label(index === 0 ? name : '', `${range.padEnd(9)} ${picture}`);
    });
  });
}

/** Caches side by side, as many as fit into a row; a cache that does not fit alone goes over several. */
function wrapCaches(caches: readonly Core[][]): Core[][][] {
  const rows: Core[][][] = [];
  let left = 0;
  for (const cache of caches) {
    for (let start = 0; start < cache.length; start += pictureWidth) {
      const part = cache.slice(start, start + pictureWidth);
      if (part.length > left) {
        rows.push([]);
        left = pictureWidth;
      }
      rows.at(-1)?.push(part);
      left -= part.length + 1;
    }
  }
  return rows;
}

function explainSigns({ cores, plan }: NodeDrawing): string[] {
  const signs = [
    'one sign per core (its slot), one group per L3 cache',
    ...(plan.reserved.length > 0 ? [`${reservedSign} reserved`] : []),
    ...(plan.idle.length > 0 ? [`${idleSign} idle`] : []),
    ...(cores.forbidden.length > 0 ? [`${forbiddenSign} not available`] : []),
  ];
  if (plan.slots.length > slotSigns.length) signs.push('0 follows Z');
  return [label('', signs.join(', '))];
}

function listSlots({ plan }: NodeDrawing): string[] {
  if (plan.coresPerSlot === 1 && plan.slots.length > 16)
    return fill(
      'slots',
      `one core each: ${formatCpuList(plan.slots.flatMap(({ cores }) => cores))}`.split(' '),
      ' ',
    );
  const words = plan.slots.map(({ slot, cores }) => `${slot}: ${formatCpuList(cores)}`);
  return fill('slots', words, '   ');
}

function explainMemory({ memory, share, plan, maxCoreMb }: NodeDrawing): string[] {
  const { nodeMb, limit, usableMb } = memory;
  const perSlot = Math.floor((usableMb * share) / Math.max(1, plan.slots.length));
  const source =
    limit === null ? 'MB of this node, no cgroup limit' : `MB by ${limit.file}, the node has ${nodeMb}`;
  return [
    ...fill('memory', `${usableMb} ${source}`.split(' '), ' '),
    label('', `× ${share} (node.memoryShare) / ${count(plan.slots.length, 'slot')} = ${perSlot} MB per slot`),
    label('', `× 0.75 / ${count(plan.coresPerSlot, 'rank')} = %maxcore ${maxCoreMb}`),
  ];
}

function explainCores({ cores, plan, limits }: NodeDrawing): string[] {
  const { usable, forbidden, offline } = cores;
  const hasThreads = usable.some(({ threads }) => threads.length > 1);
  const reasons = [
    ...(hasThreads ? ['one rank per core; its other hardware threads stay free'] : []),
    ...(offline.length > 0 ? [`CPUs ${formatCpuList(offline)} are switched off`] : []),
    ...(forbidden.length > 0
      ? [
          `cores ${formatCpuList(forbidden.map(({ cpu }) => cpu))} are outside the affinity mask or the cpuset of this process`,
        ]
      : []),
    ...(plan.reserved.length > 0
      ? [`cores ${formatCpuList(plan.reserved)} are reserved (--reserve-cores, node.reservedCores)`]
      : []),
    ...(limits.quota === null ? [] : [`CPU time of ${limits.quota.cpus} CPUs (${limits.quota.file})`]),
    ...plan.notes,
  ];
  // A flag stays with its value.
  return reasons.flatMap((reason, index) =>
    fill(index === 0 ? 'why' : '', reason.split(/(?<!--[\w-]+) /), ' '),
  );
}

/** Words in lines of the width, the first one behind a name. */
function fill(name: string, words: readonly string[], gap: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.flatMap((one) => one.match(/.{1,88}/gu) ?? [])) {
    if (line !== '' && margin + line.length + gap.length + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line}${gap}${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((text, index) => label(index === 0 ? name : '', text));
}
