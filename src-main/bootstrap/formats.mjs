/** `npm run formats [-- FOLDER]`: opens every file of a folder and prints what it was read as. */
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureDependencies, root, run } from './setup.mjs';

checkNode();
ensureDependencies();
await ensureBuilt();
const { code } = await run(process.execPath, [join(root, 'dist/node/formats.js'), ...process.argv.slice(2)]);
process.exit(code ?? 1);
