import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What starts servers and processes, and looks at what is left of them: each file in a process of its own. */
const whole = ['test/e2e/**/*.test.ts', 'test/conformance/**/*.test.ts'];

export default defineConfig({
  // Programs as users write them.
  resolve: { alias: { crowsnest: resolve(import.meta.dirname, 'src/server/start-server.ts') } },
  test: {
    // Two cores: real servers, etcds and kubectls run beside the tests.
    maxWorkers: 2,
    // What waits in vain fails by this; what is only slow, several processes started on a busy machine, must not.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', '.dev/**/*.test.ts'],
          exclude: whole,
          // Loading the same modules anew for each of two hundred files was a quarter of all tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'whole', include: whole } },
    ],
  },
});
