/** A Chromium for the tests: an installed one, else Playwright's, else Debian's package. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isRoot, root, say } from './setup.mjs';

// The programs behind Debian's wrappers come first: they start faster, and headless-shell fastest.
const places = [
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib/chromium/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const downloadLimitMs = 240_000;

/** The executable's path, or undefined when there is none and none can be had; what it does is said. */
export async function ensureChromium() {
  const found = installed() ?? (await playwrights());
  if (found !== undefined) return found;
  say('No Chromium is installed: fetching Playwright’s …');
  spawnSync(process.execPath, [join(root, 'node_modules/playwright/cli.js'), 'install', 'chromium'], {
    stdio: ['ignore', 2, 2],
    timeout: downloadLimitMs,
  });
  return (await playwrights()) ?? debians();
}

function installed() {
  const named = process.env.STEPSCOPE_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (works(named)) return named;
    say(`STEPSCOPE_CHROMIUM names ${named}, which does not run.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...places, ...onPath].find((path) => existsSync(path) && works(path));
}

async function playwrights() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return existsSync(path) && works(path) ? path : undefined;
}

function debians() {
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    say(
      'Playwright’s Chromium cannot be fetched. Install Chromium or Chrome, or name one in STEPSCOPE_CHROMIUM.',
    );
    return undefined;
  }
  say('Playwright’s Chromium cannot be fetched: installing Debian’s package …');
  const options = {
    stdio: ['ignore', 2, 2],
    timeout: downloadLimitMs,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  spawnSync('apt-get', ['update', '-qq'], options);
  const packages = ['chromium', 'chromium-headless-shell'];
  for (const some of [packages, packages.slice(0, 1)])
    if (
      spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...some], options).status === 0
    )
      break;
  const path = installed();
  if (path === undefined) say('Debian’s package could not be installed either.');
  return path;
}

/** Some distributions install a script that only says how to get the real one. */
function works(path) {
  // Chrome on Windows opens a window when asked for its version.
  if (process.platform === 'win32') return true;
  return (
    spawnSync(path, ['--version', ...(isRoot ? ['--no-sandbox'] : [])], { stdio: 'ignore', timeout: 20_000 })
      .status === 0
  );
}
