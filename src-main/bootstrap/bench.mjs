/** `npm run bench`: measures the design's budgets on corpus M and prints each beside its budget. */
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureDependencies, root, run } from './setup.mjs';

checkNode();
ensureDependencies();
await ensureBuilt();
const { code } = await run(process.execPath, [join(root, 'dist/node/bench.js'), ...process.argv.slice(2)]);
process.exit(code ?? 1);
