/** `npm start [-- PATH… --serve | --electron …]`: sets up what is missing, then Electron where it can run, else the serve shell. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureElectron } from './electron.mjs';
import { checkNode, ensureBuilt, ensureDependencies, isRoot, root, run, say } from './setup.mjs';

const shells = ['--serve', '--electron'];
const words = process.argv.slice(2);
const rest = words.filter((word) => !shells.includes(word));

/**
 * npm runs this below a shell, and the shell hands no signal on: whoever ends npm would leave Stepscope behind. Nothing tells a process that
 * its grandparent is gone, so it looks once a second.
 */
function endWithNpm() {
  if (process.env.npm_lifecycle_event !== 'start' || process.platform === 'win32') return;
  const { ppid } = process;
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(ppid)], { encoding: 'utf8' });
  const npm = Number(stdout) || ppid;
  setInterval(() => {
    if (process.ppid !== ppid || !isAlive(npm)) process.kill(process.pid, 'SIGTERM');
  }, 1_000).unref();
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

checkNode();
endWithNpm();
ensureDependencies();
await ensureBuilt();

const electron = words.includes('--serve')
  ? { reason: undefined }
  : ensureElectron({ insist: words.includes('--electron') });
if (electron.path !== undefined) {
  const { code, error } = await run(electron.path, [root, ...(isRoot ? ['--no-sandbox'] : []), ...rest], {
    isForeground: true,
  });
  if (error === undefined && code !== 127) process.exit(code ?? 0);
  electron.reason = `its binary does not run here${error === undefined ? '' : ` (${error.message})`}`;
}
if (electron.reason !== undefined)
  say(`Electron is not used: ${electron.reason}. Stepscope opens in a browser instead.`);
const cli = join(root, 'dist/node/cli.js');
process.argv = [process.execPath, cli, 'serve', ...rest];
await import(pathToFileURL(cli).href);
