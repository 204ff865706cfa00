import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A folder that is no longer walked is said to be, never silently cut off. */
export const mostFiles = 200_000;
const DEEPEST = 32;

/** Which folders below a hidden one are walked; `all`: everything in it. */
interface Allowed {
  readonly [name: string]: Allowed | 'all';
}

/** Where agents keep what they record. Nothing else that is hidden is looked into. */
const agentFolders: Allowed = {
  '.claude': { projects: 'all' },
  '.codex': { sessions: 'all', archived_sessions: 'all' },
  '.config': { claude: { projects: 'all' } },
  '.crush': 'all',
  '.local': { share: { crush: 'all', opencode: 'all' } },
  '.opencode': 'all',
};

export interface Walked {
  /** As it was reached, below the root. */
  readonly path: string;
  /** Relative to the root. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export interface Walk {
  readonly signal: AbortSignal;
  /** True: it is taken as a whole, nothing inside is walked. Not asked for the root. */
  readonly take?: (folder: Walked) => Promise<boolean>;
}

/**
 * The files below a folder, by name, folder by folder. Links are followed, each real folder once, so that a circle ends. What cannot be
 * listed is passed over; hidden folders too but those of agents, and `node_modules`.
 */
export async function* walk(root: string, { signal, take }: Walk): AsyncGenerator<Walked, void, void> {
  const seen = new Set<string>([await realpath(root)]);
  const waiting: Waiting[] = [{ path: root, depth: 0, allowed: 'all' }];
  let files = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    signal.throwIfAborted();
    for (const entry of await entriesIn(next.path)) {
      const found = await lookFor(join(next.path, entry.name), { root, entry });
      if (found === undefined) continue;
      if (found.kind === 'file') {
        if (next.allowed !== 'all') continue;
        files += 1;
        if (files > mostFiles) return;
        yield found;
        continue;
      }
      const allowed = allowedIn(entry.name, next.allowed);
      if (allowed === undefined || next.depth >= DEEPEST) continue;
      const real = await realpath(found.path);
      if (seen.has(real)) continue;
      seen.add(real);
      if (allowed === 'all' && take !== undefined && (await take(found))) continue;
      waiting.push({ path: found.path, depth: next.depth + 1, allowed });
    }
  }
}

interface Waiting {
  readonly path: string;
  readonly depth: number;
  readonly allowed: Allowed | 'all';
}

/** What is walked of a folder in one of which so much is; undefined: nothing. */
function allowedIn(name: string, around: Allowed | 'all'): Allowed | 'all' | undefined {
  if (around !== 'all') return Object.hasOwn(around, name) ? around[name] : undefined;
  if (name.startsWith('.')) return Object.hasOwn(agentFolders, name) ? agentFolders[name] : undefined;
  return name === 'node_modules' ? undefined : 'all';
}

async function entriesIn(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function lookFor(
  path: string,
  { root, entry }: { readonly root: string; readonly entry: Dirent },
): Promise<Walked | undefined> {
  const isPlain = entry.isFile() || entry.isDirectory();
  // A link, or a file system that does not say.
  const found = isPlain ? entry : await stat(path).catch(() => undefined);
  const name = relative(root, path);
  if (found?.isFile() === true) return { path, name, kind: 'file' };
  return found?.isDirectory() === true ? { path, name, kind: 'folder' } : undefined;
}
