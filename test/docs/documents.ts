/** The documents whose commands must exist, below the package's root. */
export const documents = [
  'README.md',
  'docs/operating.md',
  'docs/from-parsl.md',
  'docs/troubleshooting.md',
  'docs/lifecycle.md',
  'docs/guarantees.md',
] as const;

/**
 * Commands and flags that the documents name and that are not merged yet: no call that begins with, or holds, one of them is
 * parsed. Empty it when they are.
 */
export const notMergedYet: readonly string[] = [
  'top',
  'report',
  'cancel',
  'pause',
  'resume',
  'priority',
  'update',
  'clean',
  'export',
  'alloc',
  'doctor',
  'job list',
  'job explain',
  'job cat',
  'job tail',
  'enqueue --watch',
  'board --allow-actions',
];
