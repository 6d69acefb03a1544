import { z } from 'zod';
import { durationSetting } from './duration-setting.ts';

/** What a user may want to hear of. */
export const hookEvents = [
  'campaignDone',
  'failureRate',
  'nodeStopped',
  'nothingFinished',
  'allocationsPaused',
] as const;
export type HookEventName = (typeof hookEvents)[number];

const longer = durationSetting.refine((seconds) => seconds > 0, 'must be greater than 0');

/** Secrets and results must not cross a network in the clear. */
function isHttpsOrLoopback(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

const action = {
  /** Program and arguments; no shell reads them. */
  command: z.array(z.string().min(1)).min(1, 'name the program').optional(),
  webhook: z
    .strictObject({
      url: z.string().refine(isHttpsOrLoopback, 'must be an https address, or http on this machine'),
      /** Holds what is sent as `Authorization: Bearer …`; mode 0600. */
      secretFile: z.string().min(1).optional(),
    })
    .optional(),
  /** How long the command or the server may take. */
  timeout: longer.prefault('30s'),
};

const hasAction = ({ command, webhook }: { command?: unknown; webhook?: unknown }): boolean =>
  command !== undefined || webhook !== undefined;

const needsAction = 'needs a command or a webhook';

/** The section `hooks` of `oact.yaml`. */
export const hookSettingsSchema = z.strictObject({
  campaignDone: z.strictObject(action).refine(hasAction, needsAction).nullable().default(null),
  failureRate: z
    .strictObject({
      ...action,
      /** Share of the attempts that came to an end in the window, between 0 and 1. */
      above: z.number().min(0).max(1),
      window: longer.prefault('1h'),
      /** So many must have come to an end before the share means anything. */
      atLeast: z.int().positive().default(20),
    })
    .refine(hasAction, needsAction)
    .nullable()
    .default(null),
  nodeStopped: z.strictObject(action).refine(hasAction, needsAction).nullable().default(null),
  nothingFinished: z
    .strictObject({ ...action, for: longer })
    .refine(hasAction, needsAction)
    .nullable()
    .default(null),
  allocationsPaused: z.strictObject(action).refine(hasAction, needsAction).nullable().default(null),
});

export type HookSettings = z.infer<typeof hookSettingsSchema>;
export type HookAction = Pick<NonNullable<HookSettings['campaignDone']>, keyof typeof action>;
