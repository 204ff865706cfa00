import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';

/** Both node_modules/electron and Playwright's _electron.launch() look here: the double, unless the real binary is there. */
const hasBinary = existsSync(resolve('node_modules/electron/path.txt'));
if (!hasBinary) process.env.ELECTRON_OVERRIDE_DIST_PATH ??= resolve('dist/electron-double');

const usualChromium = ['/usr/lib/chromium/chromium-headless-shell', '/usr/lib/chromium/chromium'];
const chromium = process.env.STEPSCOPE_CHROMIUM ?? usualChromium.find((path) => existsSync(path));

/** For the serve shell. */
const browser: PlaywrightTestConfig['use'] = {
  launchOptions: {
    ...(chromium === undefined ? {} : { executablePath: chromium }),
    chromiumSandbox: process.getuid?.() !== 0,
  },
};

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  maxFailures: process.env.CI ? 20 : 8,
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never' }]],
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    { name: 'double', testMatch: 'electron-double/**/*.spec.ts' },
    { name: 'electron', testMatch: 'specs/**/*.spec.ts', testIgnore: '**/serve-*.spec.ts' },
    {
      name: 'serve',
      testMatch: 'specs/**/*.spec.ts',
      testIgnore: '**/electron-*.spec.ts',
      use: browser,
    },
    { name: 'shots', testMatch: 'shots*.ts', use: browser },
  ],
});
