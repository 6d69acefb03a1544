import type { HookEventName } from '../../core/config/hook-settings.ts';

/** What happened, before time and campaign are added. */
export interface Happening {
  event: HookEventName;
  /** One sentence for users. */
  message: string;
  /** The figures behind it, by event: docs/operating.md. */
  details: Record<string, unknown>;
}

/** What a hook gets on stdin or in a POST. Changing a field? Raise `v`. */
export interface HookEvent extends Happening {
  v: 1;
  /** ISO 8601 UTC. */
  at: string;
  campaign: { id: string; directory: string };
  /** It did not happen: a user tries the hook. */
  isTest: boolean;
}
