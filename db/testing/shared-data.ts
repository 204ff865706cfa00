import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** For tests: real files that lie beside the clone. What needs them is skipped where they are not. */
export const sharedData = join(resolve(import.meta.dirname, '../..'), '../shared/data');

export function hasShared(name: string): boolean {
  return existsSync(join(sharedData, name));
}

/** What a skipped test adds to its name. */
export function needsShared(name: string): string {
  return hasShared(name) ? '' : ` (skipped: ../shared/data/${name} is not beside this clone)`;
}
