import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** How long the killer is at work; the run ends shortly after. */
  minutes: number;
  /** Chooses what is killed, and in which order. When exactly it dies depends on the machine. */
  seed: number;
  /** Records of the campaign; undefined: as many as an idle machine does in that time. */
  jobs: number | undefined;
  asJson: boolean;
  /** `oact serve` submits allocations to a private Slurm, whose consumers work beside the usual ones. */
  allocations: boolean;
  /** Jobs of two sizes share each node; without herds and consumers of the release before, which know no lanes. */
  lanes: boolean;
}

/**
 * `--minutes 20 --seed 7 --jobs 4000 --allocations --lanes --json`.
 * @throws Error on an unknown flag or a value that is no number
 */
export function parseChaosOptions(args: string[]): ChaosOptions {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      jobs: { type: 'string' },
      json: { type: 'boolean' },
      allocations: { type: 'boolean' },
      lanes: { type: 'boolean' },
    },
  });
  const minutes = Number(values.minutes ?? 1);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is not a number above 0`);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is not a whole number`);
  const jobs = values.jobs === undefined ? undefined : Number(values.jobs);
  if (jobs !== undefined && !(Number.isSafeInteger(jobs) && jobs > 0))
    throw new Error(`--jobs ${values.jobs} is not a whole number above 0`);
  const { json: asJson = false, allocations = false, lanes = false } = values;
  return { minutes, seed, jobs, asJson, allocations, lanes };
}
