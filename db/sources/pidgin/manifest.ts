import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

const text = z.string().nullish().catch(null);

/** What a run says of itself. Its counters and file names are not believed. */
const manifest = z.object({
  experiment_id: z.string(),
  name: text,
  status: text,
  created_at: text,
  error: text,
  config: z.unknown().optional(),
  conversations: z
    .record(z.string(), z.object({ status: text, error: text }).catch({ status: null, error: null }))
    .catch({}),
});
export type Manifest = z.infer<typeof manifest>;

export const manifestName = 'manifest.json';

/** By its first bytes, as a long one is cut off there. */
export function isManifest(head: Uint8Array): boolean {
  const text = Buffer.from(head).toString('utf8').trimStart();
  return (
    text.startsWith('{') && /"experiment_id"\s*:\s*"/.test(text) && /"conversations"\s*:\s*\{/.test(text)
  );
}

/** A run's manifest and which of its conversations have no events file beside it. */
export interface FoundManifest {
  readonly manifest: Manifest;
  readonly missing: readonly string[];
}

/** The manifest in a folder. Undefined: none, not Pidgin's, or cut off. */
export async function readManifest(folder: string): Promise<FoundManifest | undefined> {
  const content = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined);
  const parsed = content === undefined ? undefined : manifest.safeParse(jsonOf(content));
  if (parsed?.success !== true) return undefined;
  const events = (await readdir(folder)).filter((name) => /events\.jsonl(?:\.gz|\.zst)?$/.test(name));
  const present = new Set(events.map((name) => conversationNameOf(join(folder, name))));
  const missing = Object.keys(parsed.data.conversations).filter((name) => !present.has(name));
  return { manifest: parsed.data, missing };
}

/** `conv_1f91828f_events.jsonl` → `conv_1f91828f`; `events.jsonl` → its folder's name. */
export function conversationNameOf(path: string): string {
  const name = basename(path)
    .replace(/_?events\.jsonl(?:\.gz|\.zst)?$/, '')
    .replace(/\.jsonl(?:\.gz|\.zst)?$/, '');
  return name === '' ? basename(dirname(path)) : name;
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
