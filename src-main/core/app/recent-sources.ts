import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { type RecentItem, type SourceSpec, sourceSpec } from '../../contract';
import { openJsonFile } from './json-file';
import type { Log } from './log';
import { locationOf, withoutToken } from './source-specs';

const longest = 20;
const recentFile = z.object({
  items: z.array(z.object({ spec: sourceSpec, openedAt: z.string() })).default([]),
});

/** What was opened lately, newest first, in `recent.json`. Tokens are not kept; the live store is not listed. */
export interface RecentSources {
  list(): RecentItem[];
  remember(specs: readonly SourceSpec[]): void;
  clear(): void;
}

export function openRecentSources(path: string, log: Log): RecentSources {
  const file = openJsonFile(path, recentFile, log);
  return {
    list: () =>
      file.value.items.map(({ spec, openedAt }) => ({
        spec,
        openedAt,
        label: spec.kind === 'path' ? basename(spec.path) || spec.path : locationOf(spec),
        exists: spec.kind !== 'path' || existsSync(spec.path),
      })),
    remember: (specs) => {
      const openedAt = new Date().toISOString();
      const added = specs
        .filter((spec) => spec.kind !== 'live')
        .map((spec) => ({ spec: withoutToken(spec), openedAt }));
      if (added.length === 0) return;
      const places = new Set(added.map(({ spec }) => locationOf(spec)));
      const older = file.value.items.filter(({ spec }) => !places.has(locationOf(spec)));
      file.write({ items: [...added, ...older].slice(0, longest) });
    },
    clear: () => file.write({ items: [] }),
  };
}
