import type { HookAction } from '../../core/config/hook-settings.ts';
import { callWebhook } from './call-webhook.ts';
import type { Happening, HookEvent } from './hook-event.ts';
import { runCommand } from './run-command.ts';

/** An event with all that a hook is told. */
export function makeEvent(
  happening: Happening,
  campaign: HookEvent['campaign'],
  options: { now: Date; isTest?: boolean },
): HookEvent {
  const { event, message, details } = happening;
  const at = options.now.toISOString();
  return { v: 1, event, at, campaign, isTest: options.isTest ?? false, message, details };
}

/**
 * Runs a hook's command and webhook, each within its time.
 * @throws OactError HOOK_FAILED, SECRET_EXPOSED, FILE_UNREADABLE; the first one, after both have ended
 */
export async function runHook({ command, webhook, timeout }: HookAction, event: HookEvent): Promise<void> {
  const results = await Promise.allSettled([
    command && runCommand(command, event, timeout),
    webhook && callWebhook(webhook, event, timeout),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
