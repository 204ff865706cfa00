import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** For tests: three real Pidgin runs, which the repository carries. */
export const carriedRuns = join(root, 'e2e/data/pidgin');

/** For tests: all real Pidgin runs. They are not in the repository; what needs them is skipped where `hasAllRuns` is false. */
export const allRuns = join(root, '../shared/data/pidgin/pidgin_output');
export const hasAllRuns = existsSync(allRuns);

/** What a skipped test adds to its name. */
export const needsAllRuns = hasAllRuns ? '' : ' (skipped: ../shared/data is not beside this clone)';
