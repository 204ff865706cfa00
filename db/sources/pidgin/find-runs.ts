import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';

/** The files of a run folder, an experiments folder or a whole `pidgin_output`, found by name, without following links. */
export interface PidginFiles {
  /** Relative to the opened folder. */
  readonly events: readonly string[];
  readonly manifests: readonly string[];
}

const DEEPEST = 5;
const MOST_FOLDERS = 20_000;

export async function findFiles(folder: string, signal: AbortSignal): Promise<PidginFiles> {
  const events: string[] = [];
  const manifests: string[] = [];
  const waiting: { path: string; depth: number }[] = [{ path: folder, depth: 0 }];
  for (let visited = 0; visited < MOST_FOLDERS; visited += 1) {
    const next = waiting.pop();
    if (next === undefined) break;
    signal.throwIfAborted();
    const entries = await readdir(next.path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(next.path, entry.name);
      if (entry.isDirectory() && next.depth < DEEPEST && !entry.name.startsWith('.')) {
        waiting.push({ path, depth: next.depth + 1 });
      } else if (entry.isFile() && /(?:^|_)events\.jsonl$/.test(entry.name))
        events.push(relative(folder, path));
      else if (entry.isFile() && entry.name === 'manifest.json') manifests.push(relative(folder, path));
    }
  }
  return { events: events.sort(), manifests: manifests.sort() };
}

const text = z.string().nullish().catch(null);

/** What a run says of itself. Its counters and file names are not believed. */
const manifest = z.object({
  experiment_id: z.string(),
  name: text,
  status: text,
  created_at: text,
  error: text,
  config: z.unknown(),
  conversations: z
    .record(z.string(), z.object({ status: text, error: text }).catch({ status: null, error: null }))
    .catch({}),
});
export type Manifest = z.infer<typeof manifest>;

/** Undefined: not a Pidgin manifest, or cut off. */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    const parsed = manifest.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The manifest that speaks of an events file lies beside it. */
export function manifestOf(events: string, manifests: ReadonlyMap<string, Manifest>): Manifest | undefined {
  return manifests.get(join(dirname(events), 'manifest.json'));
}

/** `conv_1f91828f_events.jsonl` → `conv_1f91828f`; `events.jsonl` → its folder's name. */
export function conversationNameOf(events: string, folder: string): string {
  const name = basename(events)
    .replace(/_?events\.jsonl$/, '')
    .replace(/\.jsonl$/, '');
  return name === '' ? basename(dirname(join(folder, events))) : name;
}
