import { Argument, type Command } from 'commander';
import { type HookEventName, hookEvents } from '../../../core/config/hook-settings.ts';

export function registerHooks(program: Command): void {
  const hooks = program
    .command('hooks')
    .summary('test the hooks of the campaign')
    .description(
      'Hooks are commands or webhooks that oact serve and oact run call when something happens. Set them under hooks: in oact.yaml.',
    );
  hooks
    .command('test')
    .summary('call a hook now, with a test event')
    .description(
      'Calls the command and the webhook of one event as oact serve would, with an event that is marked as a test.',
    )
    .addArgument(new Argument('<event>', 'name of the event').choices(hookEvents))
    .option('--json', 'print the event that was sent')
    .addHelpText(
      'after',
      `
A hook gets the event as JSON on stdin, and its main parts in the variables OACT_EVENT_NAME, OACT_EVENT_MESSAGE,
OACT_EVENT_AT, OACT_EVENT_CAMPAIGN, OACT_EVENT_DIRECTORY and OACT_EVENT_TEST (1 in a test, otherwise 0).

In oact.yaml:
  hooks:
    campaignDone: { command: [mail, -s, campaign done, me@example.org] }
    failureRate: { above: 0.3, window: 1h, atLeast: 20, command: [./tell-me] }
    nodeStopped: { webhook: { url: https://example.org/hook, secretFile: .oact/hook.secret } }
    nothingFinished: { for: 2h, command: [./tell-me] }

Exit codes: 0 the hook succeeded, 1 it failed, 2 wrong usage, 3 the event has no hook.

Examples:
  oact hooks test campaignDone
  oact hooks test failureRate --json`,
    )
    .action(async (event: HookEventName, flags: { json?: boolean }, self: Command) => {
      const { runHooksTest } = await import('../../serve/run-hooks-test.ts');
      await runHooksTest(self, event, flags);
    });
}
