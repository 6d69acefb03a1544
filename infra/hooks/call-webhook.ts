import { resolve } from 'node:path';
import { messageOf, OactError } from '../../core/errors.ts';
import type { HookAction } from '../../core/config/hook-settings.ts';
import { readSecret } from '../../core/config/secret-file.ts';
import type { HookEvent } from './hook-event.ts';

/**
 * Posts the event as JSON, with the secret as bearer token. Messages name the host only: the path of a webhook often is
 * its password. Redirects are not followed, so that the secret goes nowhere else.
 * @throws OactError HOOK_FAILED, SECRET_EXPOSED, FILE_UNREADABLE
 */
export async function callWebhook(
  { url, secretFile }: NonNullable<HookAction['webhook']>,
  event: HookEvent,
  timeoutSeconds: number,
): Promise<void> {
  const { host } = new URL(url);
  const secret = secretFile && readSecret(resolve(event.campaign.directory, secretFile));
  const fail = (what: string, cause?: unknown): OactError =>
    new OactError('HOOK_FAILED', `the webhook at ${host} ${what}`, {
      hint: `Test it with oact hooks test ${event.event}.`,
      cause,
    });
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(secret !== undefined && { Authorization: `Bearer ${secret}` }),
      },
      body: JSON.stringify(event),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
  } catch (error) {
    throw fail(explain(error, timeoutSeconds), error);
  }
  await response.body?.cancel();
  if (!response.ok) throw fail(`answered ${response.status}`);
}

function explain(error: unknown, timeoutSeconds: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `did not answer within ${timeoutSeconds} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  return `cannot be reached: ${messageOf(cause ?? error)}`;
}
