// Possible packings of a node with lanes: how full it gets with jobs of one lane, and with jobs of all of them.
import { groupBy } from '../../consumer/cores/cut-cores.ts';
import type { NodePacking, ServedLane } from '../../consumer/lanes/plan-packing.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { decideStart } from '../../packing/node/decide-start.ts';
import type { PackedJob } from '../../packing/node/node-state.ts';
import type { NodeDrawing } from '../node/plan-node.ts';

const signs = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const idleSign = '.';
const margin = 8;
/** Signs of one line; a terminal has 100 columns. */
const width = 88;

/** One picture per lane and one of all lanes; a letter is a job, a group an L3 cache. */
export function renderPackings(drawing: NodeDrawing, packing: NodePacking, name: string): string[] {
  const { node, lanes, notes, reserved } = packing;
  const offered = lanes.filter(({ lane }) => lane !== defaultLane);
  const caches = new Set(node.cores.map(({ numaNode, l3 }) => `${numaNode}/${l3}`)).size;
  const how = node.fixedSlots === null ? 'cut as jobs come' : `in ${node.fixedSlots.length} fixed slots`;
  return [
    `${name}: ${node.cores.length} cores in ${caches} L3 caches, ${how}, ${gigabytes(node.memoryBytes)} for jobs`,
    '',
    ...offered.flatMap((lane) => [
      `${lane.lane.padEnd(margin)}${describeLane(drawing, lane)}`,
      ...draw(packing, [lane]),
    ]),
    ...(offered.length > 1 ? ['all lanes, one job of each in turn', ...draw(packing, offered)] : []),
    `${' '.repeat(margin)}one letter per job, ${idleSign} no job fits there, one group per L3 cache`,
    ...(reserved.length > 0 ? [`${'why'.padEnd(margin)}${reserved.length} cores are reserved`] : []),
    ...notes.map((note) => `${'why'.padEnd(margin)}${note}`),
  ];
}

function describeLane({ memory }: NodeDrawing, { cores, memoryBytes }: ServedLane): string {
  const maxCoreMb = Math.max(1, Math.floor((0.75 * memoryBytes) / 2 ** 20 / cores));
  const isMore = memoryBytes > memory.usableMb * 2 ** 20;
  return `${cores} cores, ${gigabytes(memoryBytes)}, %maxcore ${maxCoreMb}${isMore ? ': more than the node has' : ''}`;
}

const gigabytes = (bytes: number): string => `${Math.floor(bytes / 1e9)} GB`;

/** As the consumer would fill it if all these lanes had jobs without end. */
function draw({ node }: NodePacking, lanes: readonly ServedLane[]): string[] {
  const running: PackedJob[] = [];
  for (;;) {
    const heads = lanes.map((lane) => ({ ...lane, weight: 1, waitingSince: 0 }));
    const state = { node, running, reservation: null, now: 0 };
    const { start } = decideStart(state, heads, { patienceSeconds: Infinity });
    const lane = lanes.find((one) => one.lane === start?.lane);
    if (!start || !lane) break;
    running.push({ lane: lane.lane, cpus: start.cpus, memoryBytes: lane.memoryBytes, startedAt: 0 });
  }
  const signOf = new Map(
    running.flatMap(({ cpus }, index) => cpus.map((cpu) => [cpu, signs[index % signs.length] ?? idleSign])),
  );
  const used = running.reduce((sum, { cpus }) => sum + cpus.length, 0);
  const cores = node.cores.map((core) => ({ ...core, threads: [core.cpu] }));
  const groups = groupBy(cores, 'numaNode').flatMap((numaNode) => groupBy(numaNode, 'l3'));
  const words = groups.map((l3) => l3.map(({ cpu }) => signOf.get(cpu) ?? idleSign).join(''));
  return [
    ...wrap(words),
    `${' '.repeat(margin)}${running.length} jobs on ${used} of ${node.cores.length} cores`,
    '',
  ];
}

function wrap(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words.flatMap((one) => one.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= margin + width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(' '.repeat(margin) + word);
  }
  return lines;
}
