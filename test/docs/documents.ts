/** The documents whose commands must exist, below the package's root. */
export const documents = [
  'README.md',
  'docs/operating.md',
  'docs/from-parsl.md',
  'docs/troubleshooting.md',
  'docs/allocations.md',
  'docs/lanes.md',
  'docs/prediction.md',
  'docs/lifecycle.md',
  'docs/guarantees.md',
  'docs/pages.md',
  'docs/sites/slurm.md',
  'docs/sites/flux.md',
  'docs/sites/pbs.md',
] as const;
