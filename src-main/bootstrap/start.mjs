/** `npm start [-- PATH… --serve | --electron …]`: sets up what is missing, then Electron where it can run, else the serve shell. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureElectron } from './electron.mjs';
import { checkNode, ensureBuilt, ensureDependencies, isRoot, root, run, say } from './setup.mjs';

const shells = ['--serve', '--electron'];
const words = process.argv.slice(2);
const rest = words.filter((word) => !shells.includes(word));

checkNode();
ensureDependencies();
await ensureBuilt();

const electron = words.includes('--serve')
  ? { reason: undefined }
  : ensureElectron({ insist: words.includes('--electron') });
if (electron.path !== undefined) {
  // Ctrl-C reaches Electron as well, which ends in order; this process waits for it.
  process.on('SIGINT', () => {});
  const { code, error } = await run(electron.path, [root, ...(isRoot ? ['--no-sandbox'] : []), ...rest]);
  if (error === undefined && code !== 127) process.exit(code ?? 0);
  electron.reason = `its binary does not run here${error === undefined ? '' : ` (${error.message})`}`;
  process.removeAllListeners('SIGINT');
}
if (electron.reason !== undefined)
  say(`Electron is not used: ${electron.reason}. Stepscope opens in a browser instead.`);
const cli = join(root, 'dist/node/cli.js');
process.argv = [process.execPath, cli, 'serve', ...rest];
await import(pathToFileURL(cli).href);
