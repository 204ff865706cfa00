import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The built file of a child process or worker thread (`engine`, `store`, `sqlite-reader.worker` …). Beside the running bundle; tests, which
 * run from source, name the build in `STEPSCOPE_DIST`.
 */
export function entryPath(name: string): string {
  const folder = process.env.STEPSCOPE_DIST ?? dirname(fileURLToPath(import.meta.url));
  return join(folder, `${name}.js`);
}
