import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The built file of a child process or worker thread (`engine`, `store`, `sqlite-reader.worker` …). Beside the running bundle; tests, which
 * run from source, name the build in `STEPSCOPE_DIST`.
 */
export function entryPath(name: string): string {
  return join(process.env.STEPSCOPE_DIST ?? bundleFolder(), `${name}.js`);
}

/** What several entries share, as this file, is built into `chunks` below them. */
function bundleFolder(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  return basename(folder) === 'chunks' ? dirname(folder) : folder;
}
