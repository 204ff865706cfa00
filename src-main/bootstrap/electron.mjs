/** Electron's binary: since version 42 it is not in the npm package but fetched by its install.js. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './setup.mjs';

const folder = join(root, 'node_modules/electron');
const refused = join(root, '.cache/electron-refused');
const fetchLimitMs = 120_000;
const askAgainMs = 24 * 60 * 60 * 1_000;

/** The executable, fetched if it has to be; or a sentence that says why there is none. */
export function ensureElectron({ insist }) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { reason: 'there is no screen here' };
  const there = executable();
  if (there !== undefined) return { path: there };
  if (!existsSync(folder)) return { reason: 'the electron package is not installed' };
  if (!insist && wasRefusedLately())
    return { reason: 'its binary could not be fetched today; --electron tries again' };
  say('Fetching Electron’s binary (about 120 MB, once) …');
  const { status, stderr, error } = spawnSync(process.execPath, [join(folder, 'install.js')], {
    encoding: 'utf8',
    timeout: fetchLimitMs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const path = executable();
  if (status === 0 && path !== undefined) {
    rmSync(refused, { force: true });
    return { path };
  }
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(refused, new Date().toISOString());
  const why =
    error?.code === 'ETIMEDOUT' ? `it took longer than ${fetchLimitMs / 1_000} s` : firstLine(stderr);
  return { reason: `its binary could not be fetched: ${why}` };
}

function executable() {
  const pathFile = join(folder, 'path.txt');
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const path = join(dist, name);
  return existsSync(path) ? path : undefined;
}

function wasRefusedLately() {
  return existsSync(refused) && Date.now() - Date.parse(readFileSync(refused, 'utf8')) < askAgainMs;
}

function firstLine(text) {
  return text.trim().split('\n', 1)[0]?.slice(0, 200) || 'no reason was given';
}
