import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', '.dev/**/*.test.ts'],
    // Two cores: real servers, etcds and kubectls run beside the tests.
    maxWorkers: 2,
    // What waits in vain fails by this; what is only slow, several processes started on a busy machine, must not.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
