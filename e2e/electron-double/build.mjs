/** Builds the double into dist/electron-double: the `electron` executable, its browser scripts, and what it lacks of electron.d.ts. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const output = join(root, 'dist/electron-double');

function nodeScript(name) {
  return build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
    sourcemap: 'inline',
    entryPoints: [join(import.meta.dirname, `main/${name}.ts`)],
    outfile: join(output, `${name}.cjs`),
    // Playwright's are types only.
    external: ['@playwright/test'],
    supported: { 'dynamic-import': true },
  });
}

function pageScript(name, define) {
  return build({
    bundle: true,
    format: 'iife',
    target: 'chrome140',
    logLevel: 'warning',
    entryPoints: [join(import.meta.dirname, `page/${name}.ts`)],
    outfile: join(output, `${name}.js`),
    define,
  });
}

/** @returns the folder for ELECTRON_OVERRIDE_DIST_PATH */
export async function buildElectronDouble() {
  await Promise.all([
    nodeScript('boot'),
    nodeScript('utility-shim'),
    pageScript('inject-main', {}),
    pageScript('inject-preload', {
      __DOUBLE_CONFIG__: '"__DOUBLE_CONFIG__"',
      __DOUBLE_PRELOAD__: '"__DOUBLE_PRELOAD__"',
    }),
  ]);
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'));
  writeFileSync(join(output, 'versions.json'), JSON.stringify({ electron: version }));
  writeFileSync(join(output, 'package.json'), '{"type":"commonjs"}\n');
  writeFileSync(join(output, 'electron'), "#!/usr/bin/env node\nrequire('./boot.cjs');\n");
  chmodSync(join(output, 'electron'), 0o755);
  return output;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(`built ${await buildElectronDouble()}`);
