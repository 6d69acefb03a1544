import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** A duration in a settings file: written `90m`, read as seconds. */
export const durationSetting = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    try {
      return parseDuration(String(value));
    } catch {
      context.addIssue({
        code: 'custom',
        message: `'${String(value)}' is not a duration; write 90m, 1h30m or HH:MM:SS`,
      });
      return z.NEVER;
    }
  })
  .describe('a duration such as 90m, 1h30m or HH:MM:SS');
