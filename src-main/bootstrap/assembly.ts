import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const QUERY = '?assembly';
const OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--initialMemory', '256'];

/** For Vite: `import { instantiate } from './name.ts?assembly'` is the folder's AssemblyScript as WebAssembly, inside of the bundle. */
export function assembly(): Plugin {
  return {
    name: 'stepscope:assembly',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const entry = id.slice(0, -QUERY.length);
      const files = sourcesBeside(entry);
      for (const file of files) this.addWatchFile(file);
      const bytes = await compiled(entry, files);
      return [
        `const bytes = Buffer.from('${bytes.toString('base64')}', 'base64');`,
        'export const instantiate = () => new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports;',
      ].join('\n');
    },
  };
}

function sourcesBeside(entry: string): string[] {
  const folder = dirname(entry);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** Compiling takes seconds, so it is done once for the same sources: each run of the tests asks. */
async function compiled(entry: string, files: readonly string[]): Promise<Buffer> {
  const file = cacheFile(entry, files);
  try {
    return readFileSync(file);
  } catch {
    const bytes = await compile(entry);
    mkdirSync(dirname(file), { recursive: true });
    // Tests and a build may be at it at the same time.
    const part = `${file}.${process.pid}`;
    writeFileSync(part, bytes);
    renameSync(part, file);
    return bytes;
  }
}

function cacheFile(entry: string, files: readonly string[]): string {
  const compiler = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  const hash = createHash('sha256').update(JSON.stringify(OPTIONS));
  for (const file of [compiler, ...files]) hash.update(`${basename(file)}\n`).update(readFileSync(file));
  const name = `${basename(entry, '.ts')}-${hash.digest('hex').slice(0, 32)}.wasm`;
  return join(dirname(compiler), '../.cache/stepscope', name);
}

async function compile(entry: string): Promise<Buffer> {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [basename(entry), '--baseDir', dirname(entry), '--outFile', 'out.wasm', ...OPTIONS],
    {
      readFile: (name, folder) => readText(join(folder, name)),
      writeFile: (name, contents) => {
        if (name === 'out.wasm' && typeof contents !== 'string') bytes = contents;
      },
    },
  );
  if (error !== null || bytes === undefined) throw new Error(`${entry}\n${stderr}`, { cause: error });
  return Buffer.from(bytes);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
