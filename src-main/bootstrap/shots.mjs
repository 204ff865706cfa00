/** `npm run shots`: pictures of every screen, in both themes, into the folder that the shots specs name. */
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { checkNode, ensureBuilt, ensureDependencies, giveUp, root, run } from './setup.mjs';

checkNode();
ensureDependencies();
await ensureBuilt();
const chromium = await ensureChromium();
if (chromium === undefined) giveUp('Pictures need a Chromium.');
const cli = join(root, 'node_modules/@playwright/test/cli.js');
const { code } = await run(process.execPath, [cli, 'test', '--project=shots', ...process.argv.slice(2)], {
  env: { STEPSCOPE_CHROMIUM: chromium },
});
process.exit(code ?? 1);
