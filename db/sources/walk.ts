import type { Dirent } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { entriesIn } from './place';

/** A folder that is no longer walked is said to be, never silently cut off. */
export const mostFiles = 200_000;
const DEEPEST = 32;
/** Folders that are listed before it is their turn. */
const LISTED_AHEAD = 32;

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

export interface WalkedFile {
  readonly kind: 'file';
  /** As it was reached, below the root. */
  readonly path: string;
  /** Null: it was reached by a link, and may be anything. */
  readonly realPath: string | null;
  /** Relative to the root. */
  readonly name: string;
}

export interface WalkedFolder {
  readonly kind: 'folder';
  readonly path: string;
  readonly realPath: string;
  readonly name: string;
  /** Nothing inside is walked when this comes true. */
  leaveOutWhen(isTaken: Promise<boolean>): void;
}

/** The files below a folder, as `walkAll` gives them. */
export async function* walk(
  root: string,
  options: { readonly signal: AbortSignal },
): AsyncGenerator<WalkedFile, void, void> {
  for await (const found of walkAll(root, options)) if (found.kind === 'file') yield found;
}

/**
 * What is below a folder, by name, folder by folder. Links are followed, each real folder once, so that a circle ends. What cannot be
 * listed is passed over; hidden folders too but those of agents, and `node_modules`.
 */
export async function* walkAll(
  root: string,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<WalkedFile | WalkedFolder, void, void> {
  const realRoot = await realpath(root);
  const seen = new Set<string>([realRoot]);
  const waiting = [new Waiting({ path: root, realPath: realRoot, depth: 0, allowed: 'all' })];
  let files = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    signal.throwIfAborted();
    for (const each of waiting.slice(0, LISTED_AHEAD)) each.listAhead();
    const { realPath: around, depth, allowed: allowedAround } = next.place;
    for (const entry of await next.list()) {
      const path = join(next.place.path, entry.name);
      const kind = await kindOf(entry, path);
      if (kind === undefined) continue;
      const isLink = entry.isSymbolicLink();
      const name = relative(root, path);
      if (kind === 'file') {
        if (allowedAround !== 'all') continue;
        files += 1;
        if (files > mostFiles) return;
        yield { kind, path, realPath: isLink ? null : join(around, entry.name), name };
        continue;
      }
      const allowed = allowedIn(entry.name, allowedAround);
      if (allowed === undefined || depth >= DEEPEST) continue;
      // Only a link leads elsewhere: each folder was asked before, a third of what walking them took.
      const realPath = isLink ? await realpath(path) : join(around, entry.name);
      if (seen.has(realPath)) continue;
      seen.add(realPath);
      const folder = new Waiting({ path, realPath, depth: depth + 1, allowed });
      waiting.push(folder);
      if (allowed !== 'all') continue;
      yield { kind, path, realPath, name, leaveOutWhen: (isTaken) => folder.leaveOutWhen(isTaken) };
    }
  }
}

/** A folder that was found and is not walked yet. */
class Waiting {
  private isTaken: Promise<boolean> | undefined;
  private entries: Promise<readonly Dirent[]> | undefined;

  constructor(
    readonly place: {
      readonly path: string;
      readonly realPath: string;
      readonly depth: number;
      readonly allowed: Allowed | 'all';
    },
  ) {}

  leaveOutWhen(isTaken: Promise<boolean>): void {
    this.isTaken = isTaken;
    // Its failure is told where it is waited for.
    isTaken.catch(() => undefined);
  }

  listAhead(): void {
    this.list().catch(() => undefined);
  }

  list(): Promise<readonly Dirent[]> {
    this.entries ??= this.listOnce();
    return this.entries;
  }

  private async listOnce(): Promise<readonly Dirent[]> {
    return (await this.isTaken) === true ? [] : entriesIn(this.place.path).catch(() => []);
  }
}

/** What is walked of a folder in one of which so much is; undefined: nothing. */
function allowedIn(name: string, around: Allowed | 'all'): Allowed | 'all' | undefined {
  if (around !== 'all') return Object.hasOwn(around, name) ? around[name] : undefined;
  if (name.startsWith('.')) return Object.hasOwn(agentFolders, name) ? agentFolders[name] : undefined;
  return name === 'node_modules' ? undefined : 'all';
}

/** Of a link, or where the file system does not say, what it leads to. */
async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | undefined> {
  const isPlain = entry.isFile() || entry.isDirectory();
  const found = isPlain ? entry : await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return 'file';
  return found?.isDirectory() === true ? 'folder' : undefined;
}
