import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { assembly } from './src-main/bootstrap/assembly.ts';

export default defineConfig({
  plugins: [assembly()],
  test: {
    include: ['db/**/*.test.ts', 'src-main/**/*.test.ts', 'src-renderer/**/*.test.{ts,tsx}'],
    // Workers and children are started from the build: `npm test` builds first.
    env: { STEPSCOPE_DIST: resolve('dist/node') },
    setupFiles: ['db/testing/property-seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What is waited for may take as long as a test: no test asks how fast something is.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
