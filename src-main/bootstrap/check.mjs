/** `npm run check`: types for each environment, lint and format, import layers, unused code. Runs all, then says which failed. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const bin = (name) => resolve(root, 'node_modules/.bin', name);
const steps = [
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ...[
    'db/model',
    'src-main/contract',
    'db',
    'src-main',
    'src-main/shell-electron',
    'src-renderer',
    'e2e',
  ].map((folder) => [`types: ${folder}`, 'tsc', ['-p', folder]]),
  ['layers', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'db', 'src-main', 'src-renderer', 'e2e']],
  ['unused code', 'knip', []],
];
const failed = [];
for (const [name, command, args] of steps) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(bin(command), args, { cwd: root, encoding: 'utf8' });
  console.log(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (status !== 0) {
    console.log(stdout + stderr);
    failed.push(name);
  }
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
