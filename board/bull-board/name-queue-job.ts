import { z } from 'zod';
import { formatDuration } from '../../core/config/duration.ts';
import { parseHistory } from '../../core/job/job-history.ts';
import { parseJobId } from '../../core/job/payload.ts';

/** What Bull Board gives of a job; a hand may have put anything on the queue. */
const jobSchema = z.object({
  id: z.string(),
  name: z.string().catch(''),
  failedReason: z.string().optional().catch(undefined),
  finishedOn: z.number().nullish().catch(undefined),
  processedOn: z.number().nullish().catch(undefined),
  progress: z.unknown().optional(),
  returnvalue: z
    .object({ metrics: z.object({ finalEnergyHartree: z.number().nullish() }) })
    .optional()
    .catch(undefined),
});

/**
 * A job as a chemist reads it in Bull Board: `#17 UO2Cl2 · attempt 2 · failed: scf_not_converged · 3m15s`. The producer's name of a job is
 * `UO2Cl2 · record 17 · attempt 2`.
 */
export function nameQueueJob(given: unknown): string {
  const job = jobSchema.safeParse(given).data;
  const id = job && parseJobId(job.id);
  if (!job || !id) return job?.name ?? '';
  const formula = /^(.*) · record \d+ · attempt \d+$/.exec(job.name)?.[1];
  const { faults, handedBack } = parseHistory(job.progress);
  const parts = [
    `#${id.recordId}${formula === undefined ? '' : ` ${formula}`}`,
    `attempt ${id.attempt}`,
    describeEnd(job),
    job.returnvalue?.metrics.finalEnergyHartree?.toFixed(6).concat(' Eh') ?? null,
    describeTime(job),
    faults > 0 ? `${faults} faults` : null,
    handedBack > 0 ? `interrupted ${handedBack}×` : null,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** From the moment at which a consumer took it last. */
function describeTime({ processedOn, finishedOn }: z.infer<typeof jobSchema>): string | null {
  if (typeof processedOn !== 'number' || typeof finishedOn !== 'number') return null;
  return formatDuration(Math.max(0, (finishedOn - processedOn) / 1000));
}

/** The consumer fails a job with `class: ORCA's own words`. */
function describeEnd({ failedReason, finishedOn }: z.infer<typeof jobSchema>): string | null {
  if (failedReason !== undefined && failedReason !== '') {
    const name = /^([a-z][a-z0-9_]*):/.exec(failedReason)?.[1];
    return name === undefined ? 'failed' : `failed: ${name}`;
  }
  return typeof finishedOn === 'number' ? 'completed' : null;
}
