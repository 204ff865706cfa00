/**
 * What every script of this folder needs first: packages, a build, a Chromium. Plain JavaScript without dependencies, because it runs on a
 * bare clone. It speaks on stderr: stdout belongs to the program that it starts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const isRoot = process.getuid?.() === 0;

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Says why nothing can go on, and ends. */
export function giveUp(...lines) {
  for (const line of lines) say(line);
  process.exit(1);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  giveUp(`Stepscope needs Node 20.19 or newer; this is ${process.versions.node}.`);
}

/** Installs what package-lock.json names, unless exactly that is there. `npm install` keeps what is right already, which `npm ci` removes first. */
export function ensureDependencies() {
  const lock = join(root, 'package-lock.json');
  const stamp = join(root, 'node_modules/.stepscope-lock');
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) ? readFileSync(stamp, 'utf8') === hash : isInstalledByHand(lock)) return;
  say('Installing packages …');
  const started = performance.now();
  const flags = [
    '--no-save',
    '--ignore-scripts',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = ['install', '--prefer-offline', ...flags];
  const { npm_execpath: cli } = process.env;
  const { status, error } = cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...npm], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', npm, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0)
    giveUp(
      `npm install failed${error === undefined ? '; its own words are above' : `: ${error.message}`}.`,
      'The packages come from the npm registry: connect to it or to a mirror (npm config set registry …), then try again.',
    );
  writeFileSync(stamp, hash);
  say(`packages installed in ${seconds(started)} s`);
}

/** Somebody ran npm after the lock file last changed. */
function isInstalledByHand(lock) {
  const installed = join(root, 'node_modules/.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

/** Builds what is missing or older than its sources; an installed package without its build tools is taken as it is. */
export async function ensureBuilt() {
  if (!existsSync(join(root, 'node_modules/vite'))) return;
  const { build, isBuilt } = await import('./build.mjs');
  if (isBuilt()) return;
  say('Building …');
  try {
    await build();
  } catch (error) {
    giveUp(error instanceof Error ? (error.stack ?? error.message) : String(error), 'The build failed.');
  }
}

/**
 * Runs a program with our own output and resolves with how it ended. After `limitMs` it is ended (`isTooLong`). One in the foreground hears Ctrl-C itself
 * and is told the other signals; this process waits for it.
 */
export function run(program, args, { env = {}, limitMs, isForeground = false } = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    let isTooLong = false;
    const end = () => {
      isTooLong = true;
      child.kill();
    };
    const limit = limitMs === undefined ? undefined : setTimeout(end, limitMs);
    const forget = isForeground ? passSignals(child) : () => {};
    child.once('error', (error) => {
      clearTimeout(limit);
      forget();
      done({ code: 127, signal: null, error });
    });
    child.once('exit', (code, signal) => {
      clearTimeout(limit);
      forget();
      done({ code, signal, isTooLong });
    });
  });
}

/** Gives what undoes it. */
function passSignals(child) {
  const end = () => void child.kill('SIGTERM');
  const wait = () => {};
  process.on('SIGTERM', end).on('SIGHUP', end).on('SIGINT', wait);
  return () => void process.off('SIGTERM', end).off('SIGHUP', end).off('SIGINT', wait);
}

export function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
