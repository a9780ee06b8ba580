import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { isPosix } from './test/installed.ts';

/** Test files that as a whole need what Windows lacks. Single tests ask for isPosix (test/installed.ts). */
const posixFiles = [
  // Shells and their commands.
  'test/cli/replaced.test.ts',
  'test/commands/token-command.test.ts',
  'test/guard/outlives.test.ts',
  'test/guard/shell.test.ts',
  // Signals, pipes that a reader closes, FIFOs and owners.
  'test/faults/files.test.ts',
  'test/faults/interrupt.test.ts',
  'test/faults/streams.test.ts',
  // A full queue of connections, which Windows rejects at once.
  'test/core/dial.test.ts',
  // Pseudo-terminals.
  'test/prompt/asked.test.ts',
  'test/prompt/missing.test.ts',
  // Paths that are quoted for a shell, and permissions.
  'test/commands/ip/ptr-backup.test.ts',
];

export default defineConfig({
  define: { UPC_VERSION: '"0.0.0-test"' },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: isPosix ? [] : posixFiles,
    globalSetup: ['test/build.ts'],
    // A busy machine is slow, not wrong.
    testTimeout: 90_000,
    hookTimeout: 30_000,
    // A stray variable of the developer's shell must not steer the tests: the fixture gives each run its own environment.
    pool: 'forks',
    // Many tests wait for processes and timers: three workers for two cores save a third of the time.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // What runs concurrently waits for deadlines, not for the processor.
    maxConcurrency: 24,
  },
});
