import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // CI machines have two cores, and half of the time tests wait for real servers, locks and walltimes: three workers fill them.
    maxWorkers: 3,
  },
});
