import { readFileSync } from 'node:fs';

/** Prints `12 passed, 0 failed, 1 skipped` from the JSON report of vitest; exit code 1 when something failed. */
const text = readFileSync(process.argv[2], 'utf8');
// vitest crashed before it could write one.
const noReport = {
  testResults: [],
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  success: false,
};
const report = text === '' ? noReport : JSON.parse(text);

// The tests of a file that could not be loaded or set up count as skipped, or do not count at all.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
// Without a failed test or file there may still be an unhandled rejection.
const failed = Math.max(report.numFailedTests + brokenFiles, report.success ? 0 : 1);
const skipped = report.numPendingTests + report.numTodoTests;

process.stdout.write(
  `${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
