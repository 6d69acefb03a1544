import { hostname, tmpdir } from 'node:os';
import type { Command } from 'commander';
import { readAllocation } from '../../scheduler/read-allocation.ts';
import { type Config, validateConfig } from '../../core/config/config.ts';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import { leaveScratch } from '../../consumer/files/run-scratch.ts';
import { listNodeChecks } from './check-compute-node.ts';
import { renderNodePlan } from './render-node-plan.ts';
import { runChecks } from './run-checks.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import { drawNode, type NodeDrawing } from '../node/plan-node.ts';
import { type DoctorFlags, findCampaign, report } from './run-doctor.ts';

/** Flags of `oact doctor node`. */
export interface DoctorNodeFlags extends NodeFlags, DoctorFlags {
  /** Draws the node whose /proc and /sys are below this directory, and looks at nothing else. */
  recorded?: string;
}

/** `oact doctor node`: how this node is cut, and is it fit to run jobs. Loads neither SQLite nor a queue. */
export async function runDoctorNode(command: Command, flags: DoctorNodeFlags): Promise<void> {
  const { campaign, line } = findCampaign(command);
  const { node, lanes } = campaign?.config ?? defaultConfig();
  const allocation = readAllocation(inheritedEnvironment(), hostname());
  const drawing = tryToDraw(flags, { node, lanes });
  const parts = { flags, campaign, node, allocation, drawing };
  const wanted = listNodeChecks(parts).filter(({ name }) => flags.recorded === undefined || name === 'cores');
  const lines = [line, ...(await runChecks(wanted))];
  await leaveScratch(node.scratch === 'tmpdir' ? tmpdir() : node.scratch);
  const name = flags.recorded ?? allocation.node;
  const picture = 'error' in drawing ? [] : [...renderNodePlan(drawing, name), ''];
  const plan = 'error' in drawing ? null : drawing;
  report(lines, flags, { picture, json: { node: name, plan } });
}

function tryToDraw(
  flags: DoctorNodeFlags,
  config: Pick<Config, 'node' | 'lanes'>,
): NodeDrawing | { error: unknown } {
  try {
    return drawNode(flags, config, flags.recorded);
  } catch (error) {
    return { error };
  }
}

/** What holds where there is no campaign. */
function defaultConfig(): Config {
  return validateConfig({ campaign: '00000000' }, 'defaults');
}
