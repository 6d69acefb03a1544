import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two workers: the suite starts real servers and processes, and CI machines are small.
    maxWorkers: 2,
    // Deadlines of tests with many processes may pass on a busy CI machine; .ci/run names the tests that needed it.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
