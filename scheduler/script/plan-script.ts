import { formatDuration } from '../../core/config/duration.ts';
import { OactError } from '../../core/errors.ts';
import { parseRedisUrl } from '../../core/redis/redis-address.ts';
import { checkWalltime, longestWalltime } from '../sites/check-limits.ts';
import {
  checkConstraint,
  checkDirective,
  checkModuleLine,
  checkName,
  checkVariableName,
} from './safe-values.ts';
import type { ScriptValues } from '../scheduler.ts';
import { anyScheduler, type SchedulerName, schedulers } from '../schedulers.ts';
import { type Site, type Sourced, type SourcedField, sourcedFields } from '../sites/site-schema.ts';

/** What a user says, who is right against the site. */
export interface ScriptWishes {
  scheduler?: SchedulerName;
  nodes?: number;
  /** Seconds. */
  walltime?: number;
  coresPerNode?: number;
  /** Of a shared node, instead of whole nodes. */
  cores?: number;
  memoryMb?: number;
  account?: string;
  queue?: string;
  qos?: string;
  constraint?: string;
  reserveCores?: number;
  scratch?: string;
  modules?: readonly string[];
  redis?: string;
  redisPasswordFile?: string;
  /** Passed to `oact consume`. */
  consumeFlags?: readonly string[];
}

/** All that goes into a script; every text of it is safe there, or is quoted by the renderer. */
export interface ScriptPlan extends ScriptValues {
  site: { name: string; title: string | null } | null;
  scheduler: SchedulerName;
  modules: string[];
  /** To be set on the nodes. */
  variables: [name: string, value: string][];
  flags: string[];
  /** Fields of the site that the script rests on and that nobody has verified. */
  unverified: string[];
}

/** As the shipped scripts have it. */
const defaultNodes = 2;
const defaultWalltimeSeconds = 43_200;
const usualWarningSeconds = 300;
/** Slurm may warn a minute early, consumers need some seconds to start and half a minute to stop. */
const leastWalltimeSeconds = 180;

/**
 * Site and wishes → what the script says.
 * @throws OactError USAGE (unsafe or missing values), ALLOCATION_UNFIT
 */
export function planScript(wishes: ScriptWishes, site: Site | null): ScriptPlan {
  const scheduler = chooseScheduler(wishes, site);
  const cores = wishes.cores ?? null;
  const nodes = wishes.nodes ?? (cores === null ? defaultNodes : 1);
  const used = new Set<SourcedField>(site?.scheduler.source === 'unverified' ? ['scheduler'] : []);
  /** The wish, else what the site says. */
  const take = <Value>(
    field: SourcedField,
    ofSite: Sourced<Value> | undefined,
    wish?: Value,
  ): Value | null => {
    if (wish !== undefined) return wish;
    if (ofSite?.source === 'unverified') used.add(field);
    return ofSite?.value ?? null;
  };
  const account = named(take('account', site?.account, wishes.account), 'an account');
  const queue = named(take('queue', site?.queue, wishes.queue), 'a queue or partition');
  const qos = named(take('qos', site?.qos, wishes.qos), 'a QOS');
  const { hasQos, needsCoresPerNode } = schedulers[scheduler].script;
  if (qos !== null && !hasQos) {
    throw new OactError('USAGE', `${scheduler} has no QOS`, { hint: 'Use --queue.' });
  }
  const constraint = take('constraint', site?.constraint, wishes.constraint);
  const mustKnowCores = needsCoresPerNode && cores === null;
  const coresPerNode = mustKnowCores ? take('cores', site?.cores, wishes.coresPerNode) : null;
  if (mustKnowCores && coresPerNode === null) {
    throw new OactError('USAGE', `${schedulers[scheduler].title} needs the number of cores of a node`, {
      hint: 'Add --cores-per-node, or a --site that has it.',
    });
  }
  const walltimeSeconds = chooseWalltime(scheduler, wishes, site, nodes, [queue, qos]);
  if (site?.limits?.source === 'unverified') used.add('limits');
  return {
    site: site && { name: site.name, title: site.title ?? null },
    scheduler,
    nodes,
    walltimeSeconds,
    warningSeconds: warningOf(walltimeSeconds),
    coresPerNode,
    cores,
    memoryMb: wishes.memoryMb ?? null,
    account,
    queue,
    qos,
    constraint: constraint === null ? null : checkConstraint(constraint, scheduler),
    directives: (take('directives', site?.directives) ?? []).map(checkDirective),
    modules: (take<readonly string[]>('modules', site?.modules, wishes.modules) ?? []).map(checkModuleLine),
    environment: take('environment', site?.environment)?.map(checkVariableName) ?? null,
    variables: [
      ...settingOf('OACT_ORCA_PATH', absolute(take('orcaPath', site?.orcaPath), 'orcaPath')),
      ...settingOf('OACT_NODE_SCRATCH', scratchOf(take('scratch', site?.scratch, wishes.scratch))),
      ...redisVariables(wishes),
      // From 22.05 on srun does not take over what the allocation says.
      ...settingOf('SRUN_CPUS_PER_TASK', scheduler === 'slurm' && cores !== null ? String(cores) : null),
    ],
    flags: [
      ...numberFlag('--cores-per-slot', take('coresPerSlot', site?.coresPerSlot)),
      ...numberFlag('--reserve-cores', take('reserveCores', site?.reserveCores, wishes.reserveCores)),
      ...(wishes.consumeFlags ?? []),
    ],
    unverified: sourcedFields.filter((field) => used.has(field)),
  };
}

function chooseScheduler({ scheduler }: ScriptWishes, site: Site | null): SchedulerName {
  const ofSite = site?.scheduler.value;
  if (site && scheduler !== undefined && scheduler !== ofSite) {
    throw new OactError('ALLOCATION_UNFIT', `${site.name} has ${ofSite}, not ${scheduler}`, {
      hint: `Leave --scheduler out, or choose another site from oact alloc sites.`,
    });
  }
  const chosen = scheduler ?? ofSite;
  if (chosen !== undefined) return chosen;
  throw new OactError('USAGE', 'no scheduler and no site is given', {
    hint: `Give --scheduler ${anyScheduler}, or a --site from oact alloc sites.`,
  });
}

/** A quarter of a short walltime, so that jobs run before the warning. */
const warningOf = (walltimeSeconds: number): number =>
  Math.min(usualWarningSeconds, Math.floor(walltimeSeconds / 4));

function chooseWalltime(
  scheduler: SchedulerName,
  { walltime }: ScriptWishes,
  site: Site | null,
  nodes: number,
  names: readonly (string | null)[],
): number {
  const size = { nodes, queues: names.filter((name) => name !== null) };
  const wanted = walltime ?? site?.walltime?.value;
  if (wanted === undefined) {
    const longest = site && longestWalltime(site, size);
    return Math.min(defaultWalltimeSeconds, longest ?? Infinity);
  }
  if (wanted < leastWalltimeSeconds)
    throw new OactError('USAGE', `a walltime of ${formatDuration(wanted)} leaves no time for jobs`, {
      hint: `Consumers need time to start, and stop before the end: ask for ${formatDuration(leastWalltimeSeconds)} or more. A number without a unit means minutes.`,
    });
  if (wanted === Infinity && !schedulers[scheduler].script.hasUnlimited)
    throw new OactError('USAGE', `${schedulers[scheduler].title} needs a limit of the walltime`, {
      hint: 'Give one, for example --walltime 168h.',
    });
  if (site) checkWalltime(site, size, wanted);
  return wanted;
}

const named = (text: string | null, what: string): string | null =>
  text === null ? null : checkName(text, what);

const settingOf = (name: string, value: string | null): [string, string][] =>
  value === null ? [] : [[name, value]];

const numberFlag = (flag: string, value: number | null): string[] =>
  value === null ? [] : [flag, String(value)];

const scratchOf = (scratch: string | null): string | null =>
  scratch === 'tmpdir' ? scratch : absolute(scratch, 'scratch');

function absolute(path: string | null, what: string): string | null {
  if (path === null || path.startsWith('/')) return path;
  throw new OactError('USAGE', `${what} must be an absolute path, not '${path}'`);
}

/** The address alone: a script is read by others, so a password stays in its file. */
function redisVariables({ redis, redisPasswordFile }: ScriptWishes): [string, string][] {
  if (redis !== undefined && parseRedisUrl(redis, 'external').password !== undefined) {
    throw new OactError('USAGE', 'a script must not contain a password', {
      hint: 'Write the password to a file that only you can read (chmod 600), and use --redis redis://user@host:6379 --redis-password-file FILE.',
    });
  }
  if (redisPasswordFile !== undefined && redis === undefined) {
    throw new OactError('USAGE', '--redis-password-file needs --redis', {
      hint: "The campaign's own Redis needs neither: nodes find its address and password.",
    });
  }
  return [
    ...settingOf('OACT_REDIS_URL', redis ?? null),
    ...settingOf('OACT_REDIS_PASSWORD_FILE', absolute(redisPasswordFile ?? null, 'the password file')),
  ];
}
