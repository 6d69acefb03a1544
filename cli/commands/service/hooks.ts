import { Argument, type Command } from 'commander';
import { type HookEventName, hookEvents } from '../../../core/config/hook-settings.ts';

export function registerHooks(program: Command): void {
  const hooks = program
    .command('hooks')
    .summary('try what is run when something happens')
    .description(
      'Hooks are commands or webhooks that oact serve and oact run call when something happens. They stand under hooks: in oact.yaml.',
    );
  hooks
    .command('test')
    .summary('run one now, with a made-up event')
    .description(
      'Runs the command and the webhook of one event as oact serve would, with a made-up event that says so.',
    )
    .addArgument(new Argument('<event>', 'which one').choices(hookEvents))
    .option('--json', 'print the event that it was given')
    .addHelpText(
      'after',
      `
A hook gets the event as JSON on stdin and its main parts in the variables OACT_EVENT_NAME, OACT_EVENT_MESSAGE,
OACT_EVENT_AT, OACT_EVENT_CAMPAIGN, OACT_EVENT_DIRECTORY and OACT_EVENT_TEST (1 here, else 0).

In oact.yaml:
  hooks:
    campaignDone: { command: [mail, -s, campaign done, me@example.org] }
    failureRate: { above: 0.3, window: 1h, atLeast: 20, command: [./tell-me] }
    nodeStopped: { webhook: { url: https://example.org/hook, secretFile: .oact/hook.secret } }
    nothingFinished: { for: 2h, command: [./tell-me] }

Exit codes: 0 it did what it should, 1 it failed, 2 wrong usage, 3 there is no hook for this event.

Examples:
  oact hooks test campaignDone
  oact hooks test failureRate --json`,
    )
    .action(async (event: HookEventName, flags: { json?: boolean }, self: Command) => {
      const { runHooksTest } = await import('../../serve/run-hooks-test.ts');
      await runHooksTest(self, event, flags);
    });
}
