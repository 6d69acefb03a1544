import { writeFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { messageOf, OactError, systemErrorCode } from '../../core/errors.ts';
import { loadSites } from '../../scheduler/sites/load-sites.ts';
import { resolveSite } from '../../scheduler/sites/merge-sites.ts';
import { planScript, type ScriptPlan } from '../../scheduler/script/plan-script.ts';
import { renderScript } from '../../scheduler/script/render-script.ts';
import { type SchedulerName, schedulers } from '../../scheduler/schedulers.ts';
import { programPath, readShippedScript } from '../../scheduler/script/shipped-scripts.ts';
import { registerConsume } from '../commands/nodes/consume.ts';
import { startDirOf } from '../campaign/campaign-of.ts';
import { print, printJson } from '../terminal/print.ts';

/** Flags of `oact alloc script`. */
export interface AllocScriptFlags {
  scheduler?: SchedulerName;
  site?: string;
  nodes?: number;
  walltime?: number;
  account?: string;
  queue?: string;
  partition?: string;
  qos?: string;
  constraint?: string;
  coresPerNode?: number;
  module?: string[];
  reserveCores?: number;
  scratch?: string;
  redis?: string;
  redisPasswordFile?: string;
  allInOne?: boolean;
  output?: string;
  force?: boolean;
  json?: boolean;
}

export async function runAllocScript(
  command: Command,
  consumeFlags: readonly string[],
  flags: AllocScriptFlags,
): Promise<void> {
  await checkConsumeFlags(consumeFlags);
  const { site: siteName, partition, module, output, force, json, allInOne, ...wishes } = flags;
  if (partition !== undefined && wishes.queue !== undefined && partition !== wishes.queue)
    throw new OactError('USAGE', '--queue and --partition are the same flag, but have different values');
  const site = siteName === undefined ? null : resolveSite(siteName, loadSites(startDirOf(command)));
  const queue = wishes.queue ?? partition;
  const plan = planScript(
    {
      ...wishes,
      ...(queue !== undefined && { queue }),
      ...(module !== undefined && { modules: module }),
      consumeFlags,
    },
    site,
  );
  const script = renderScript(
    readShippedScript(plan.scheduler, allInOne === true ? 'campaign' : 'consumer'),
    plan,
    programPath(),
  );
  if (output !== undefined) writeScript(output, script, force ?? false);
  noteUnverified(plan);
  if (json === true) printJson({ ...plan, output: output ?? null, script });
  else if (output === undefined) print(script.trimEnd());
  else
    print(`${output}: ${plan.nodes} nodes, ${schedulers[plan.scheduler].submitCommand.join(' ')} ${output}`);
}

/** A flag that oact consume does not know would end every consumer at its start, hours later. */
async function checkConsumeFlags(flags: readonly string[]): Promise<void> {
  const probe = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerConsume(probe);
  const consume = probe.commands[0]?.exitOverride().action(() => undefined);
  try {
    await consume?.parseAsync([...flags], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new OactError('USAGE', `oact consume would say: ${messageOf(error).replace(/^error: /, '')}`, {
      hint: 'oact consume --help lists its flags.',
      cause: error,
    });
  }
}

function writeScript(path: string, script: string, isForced: boolean): void {
  try {
    writeFileSync(path, script, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    throw new OactError('FILE_UNWRITABLE', `${path} already exists`, {
      hint: 'Choose another name, or use --force.',
      cause: error,
    });
  }
}

function noteUnverified({ site, unverified }: ScriptPlan): void {
  if (site === null || unverified.length === 0) return;
  process.stderr.write(
    `oact: these values of ${site.name} are not verified: ${unverified.join(', ')}. Check them before you submit.\n`,
  );
}
