import { formatDuration } from '../../core/config/duration.ts';
import type { Plan, Preference } from '../../packing/plan/compare-plans.ts';
import type { HeldOutError } from '../../packing/predict/learn-times.ts';
import { renderTable } from '../terminal/print.ts';

/** What `oact plan` found: the shape of its `--json`. */
export interface PlanReport {
  jobs: number;
  /** The part of those that were looked at whose time nobody can tell; they are taken for jobs like the others. */
  unpredicted: number;
  model: HeldOutError & { completed: number; limited: number };
  /** Time goes with the cores to this power; `isLearned`: runs with different numbers were seen. */
  cores: { usual: number; perNode: number; exponent: number; isLearned: boolean };
  prefer: Preference;
  plans: Plan[];
  chosen: Plan;
  /** Lines of oact.yaml that were changed; null: nothing was to be written. */
  written: string[] | null;
}

const count = (value: number): string => Math.round(value).toLocaleString('en');
const factor = (value: number): string => value.toFixed(2);

/** Pure. @param entry the entry of `allocations:` that it was made for */
export function renderPlan(report: PlanReport, entry: string | undefined): string {
  const { plans, chosen, prefer, written } = report;
  const head = [
    '',
    'nodes',
    'walltime',
    'cores per job',
    'jobs per node',
    'done in',
    'node-hours',
    'used',
    'cut',
    'never end',
  ];
  const rows = plans.map((plan) => [plan === chosen ? '>' : '', ...cellsOf(plan)]);
  return [
    ...describeBasis(report),
    '',
    renderTable(head, rows, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    '',
    `For ${prefer}: ${describePlan(chosen)}.`,
    ...(chosen.tooLong > 0
      ? [
          `${count(chosen.tooLong)} jobs are expected to take longer than any of these walltimes. Try longer ones: --walltime`,
        ]
      : []),
    ...(written === null
      ? [howToWrite(entry)]
      : written.length === 0
        ? ['oact.yaml says so already.']
        : ['Written to oact.yaml:', ...written.map((line) => `  ${line}`)]),
  ].join('\n');
}

function cellsOf(plan: Plan): (string | number)[] {
  const {
    nodes,
    walltimeSeconds,
    coresPerJob,
    slotsPerNode,
    doneSeconds,
    nodeHours,
    used,
    cutRuns,
    tooLong,
  } = plan;
  return [
    nodes,
    formatDuration(walltimeSeconds),
    coresPerJob,
    slotsPerNode,
    formatDuration(doneSeconds),
    nodeHours < 10 ? nodeHours.toFixed(1) : count(nodeHours),
    `${Math.round(100 * used)} %`,
    cutRuns,
    tooLong,
  ];
}

function describePlan({
  nodes,
  walltimeSeconds,
  coresPerJob,
  doneSeconds,
  nodeHours,
  allocations,
}: Plan): string {
  const many = nodes === 1 ? '1 node' : `${nodes} nodes`;
  return `${many} for ${formatDuration(walltimeSeconds)} at a time, ${coresPerJob} cores per job: done in ${formatDuration(doneSeconds)} after ${count(allocations)} nodes were held, ${nodeHours.toFixed(1)} node-hours`;
}

function describeBasis({ jobs, model, cores, unpredicted }: PlanReport): string[] {
  const { completed, limited, medianFactor, p90Factor, runs, keptUpper } = model;
  const limit =
    limited === 0 ? '' : ` (and ${count(limited)} that reached their time limit, as lower bounds)`;
  return [
    `${count(jobs)} jobs remain. Run times are learned from ${count(completed)} completed runs${limit}.`,
    `Of ${count(runs)} held-out runs, half took what was predicted within a factor of ${factor(medianFactor)}, 90 % within ${factor(p90Factor)}; ${Math.round(100 * keptUpper)} % kept the upper time.`,
    cores.isLearned
      ? `Twice the cores take ${factor(2 ** cores.exponent)} of the time, as runs with different numbers of cores showed.`
      : `All runs had ${cores.usual} cores, so what more or fewer bring is not known; twice the cores are assumed to take ${factor(2 ** cores.exponent)} of the time.`,
    `A node has ${cores.perNode} cores for jobs. Memory, and the time in the scheduler's queue, are not looked at.`,
    ...(unpredicted > 0.005
      ? [
          `Nobody can tell the time of ${Math.round(100 * unpredicted)} % of the jobs; they are taken to be like the others.`,
        ]
      : []),
  ];
}

const howToWrite = (entry: string | undefined): string =>
  entry === undefined
    ? 'With --write, the cores per job go into oact.yaml; nodes and walltime are for the batch script, because oact.yaml has no allocations:.'
    : `With --write, it goes into oact.yaml: node.coresPerSlot, and walltime and maxNodes of ${entry}.`;
