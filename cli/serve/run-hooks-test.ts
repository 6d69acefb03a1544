import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import type { HookEventName } from '../../core/config/hook-settings.ts';
import type { Happening } from '../../infra/hooks/hook-event.ts';
import { makeEvent, runHook } from '../../infra/hooks/run-hook.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { print, printJson } from '../terminal/print.ts';

/** Figures as they would come, of a campaign that does not exist. */
const examples: Record<HookEventName, Omit<Happening, 'event'>> = {
  campaignDone: {
    message: 'the campaign is done: 95 completed, 4 failed, 1 timed out',
    details: { completed: 95, failed: 4, timeout: 1, total: 100 },
  },
  failureRate: {
    message: '12 of 30 attempts failed in the last 1h00m (40 %), most of them by scf_not_converged',
    details: {
      finished: 30,
      failed: 12,
      share: 0.4,
      above: 0.3,
      windowSeconds: 3600,
      mostly: 'scf_not_converged',
    },
  },
  nodeStopped: {
    message: 'a node stopped: n0123 (ORCA cannot be started)',
    details: {
      nodes: [
        {
          consumerId: 'n0123:4711:0a1b2c3d',
          node: 'n0123',
          allocationId: '4711',
          why: 'ORCA cannot be started',
        },
      ],
    },
  },
  nothingFinished: {
    message: 'nothing has finished for 2h00m, while 40 attempts are open and 0 consumers work',
    details: { seconds: 7200, since: '2026-01-01T00:00:00.000Z', openAttempts: 40, consumers: 0 },
  },
  allocationsPaused: {
    message: 'no more allocations are submitted for cpu (the scheduler refused 3 submissions in a row)',
    details: {
      entries: [
        {
          name: 'cpu',
          pausedAt: '2026-01-01T00:00:00.000Z',
          reason: 'the scheduler refused 3 submissions in a row',
        },
      ],
    },
  },
};

export async function runHooksTest(
  command: Command,
  name: HookEventName,
  flags: { json?: boolean },
): Promise<void> {
  const campaign = campaignOf(command);
  const hook = campaign.config.hooks[name];
  if (hook === null) {
    throw new OactError('NOTHING_TO_DO', `this campaign has no hook for ${name}`, {
      hint: `Add one under hooks.${name} in ${campaign.dir}/oact.yaml; oact hooks test --help has examples.`,
    });
  }
  const identity = { id: campaign.config.campaign, directory: campaign.dir };
  const event = makeEvent({ event: name, ...examples[name] }, identity, { now: new Date(), isTest: true });
  await runHook(hook, event);
  if (flags.json === true) printJson(event);
  else print(`the hook for ${name} succeeded`);
}
