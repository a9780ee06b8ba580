import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { UPC_VERSION: '"0.0.0-test"' },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    // A busy machine is slow, not wrong.
    testTimeout: 90_000,
    hookTimeout: 30_000,
    // A stray variable of the developer's shell must not steer the tests: the fixture gives each run its own environment.
    pool: 'forks',
    // Vitest leaves one core to itself, which is half of a small machine.
    maxWorkers: '100%',
    // What runs concurrently waits for deadlines, not for the processor.
    maxConcurrency: 24,
  },
});
