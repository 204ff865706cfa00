import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { RowChunks } from '../row-chunks';
import type { Chunk, ReadRequest } from '../types';
import { Conversation } from './conversation';
import { parseEvent } from './event';
import { conversationNameOf, findFiles, type Manifest, manifestOf, readManifest } from './find-runs';

/** Rows held before they go to the mirror: the first batch small, so that sessions show at once. */
const FIRST_BATCH = 200_000;
const BATCH = 8_000_000;

const fileState = z.object({
  number: z.number(),
  size: z.number(),
  mtimeMs: z.number(),
  sessionId: z.string(),
});
export const pidginCursor = z.object({ files: z.record(z.string(), fileState) });
export type PidginCursor = z.infer<typeof pidginCursor>;

/** What was opened: a folder with all its runs, or one events file. */
export interface PidginPlace {
  readonly folder: string;
  /** Set when one file was opened: its name in `folder`. */
  readonly file: string | undefined;
}

export async function filesOf(place: PidginPlace, signal: AbortSignal) {
  if (place.file === undefined) return findFiles(place.folder, signal);
  return { events: [place.file], manifests: ['manifest.json'] };
}

/** Reads every events file that is new or has changed since the cursor, newest first. */
export async function* readPidgin(
  place: PidginPlace,
  request: ReadRequest,
): AsyncGenerator<Chunk, void, void> {
  const known: PidginCursor = request.cursor === null ? { files: {} } : pidginCursor.parse(request.cursor);
  const found = await filesOf(place, request.signal);
  const manifests = await readManifests(place, found.manifests);
  const taken = new Set(Object.values(known.files).map(({ sessionId }) => sessionId));
  let nextNumber = Math.max(0, ...Object.values(known.files).map(({ number }) => number + 1));
  const mode = request.cursor === null ? 'append' : 'upsert';
  const rows = new RowChunks();
  addExperiments(rows, manifests);
  warnOfMissingFiles(found.events, manifests, request);

  const changed = await changedFiles(place.folder, found.events, known);
  let before = structuredClone(known);
  let limit = FIRST_BATCH;
  let naiveTimes = 0;
  const systems = new Set<string>();
  for (const { name, size, mtimeMs } of changed) {
    const old = known.files[name];
    const sessionId = old?.sessionId ?? freeName(conversationNameOf(name, place.folder), name, taken);
    const number = old?.number ?? nextNumber++;
    const conversation = new Conversation(
      { sessionId, fileNumber: number, manifest: manifestOf(name, manifests) },
      rows,
    );
    await readFileInto(conversation, { path: join(place.folder, name), name, request });
    for (const system of conversation.systems()) {
      if (!systems.has(system.system_id)) rows.add('systems', system);
      systems.add(system.system_id);
    }
    naiveTimes += conversation.naiveTimes;
    known.files[name] = { number, size, mtimeMs, sessionId };
    if (rows.bytes > limit) {
      const after = structuredClone(known);
      yield* rows.take(request, { before, after, mode });
      before = after;
      limit = BATCH;
    }
  }
  yield* rows.take(request, { before, after: structuredClone(known), mode });
  if (naiveTimes > 0) {
    request.warn({
      at: 'message.timestamp',
      message: 'Messages carry local times without a zone; the UTC time of their event is used.',
      count: naiveTimes,
    });
  }
}

async function readFileInto(
  conversation: Conversation,
  { path, name, request }: { path: string; name: string; request: ReadRequest },
): Promise<void> {
  const stream = createReadStream(path, { encoding: 'utf8', signal: request.signal });
  let line = 0;
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    const event = parseEvent(jsonOf(text));
    if (event === undefined) {
      request.warn({
        at: `${name}:${line}`,
        message: 'The line is not a Pidgin event and was skipped.',
        count: 1,
      });
    } else conversation.add(event, line);
  }
  conversation.finish();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface FoundFile {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

async function changedFiles(
  folder: string,
  names: readonly string[],
  known: PidginCursor,
): Promise<FoundFile[]> {
  const changed: FoundFile[] = [];
  for (const name of names) {
    const { size, mtimeMs } = await stat(join(folder, name));
    const old = known.files[name];
    if (old?.size !== size || old.mtimeMs !== mtimeMs) changed.push({ name, size, mtimeMs });
  }
  return changed.sort((a, b) => b.mtimeMs - a.mtimeMs);
}

async function readManifests(place: PidginPlace, names: readonly string[]): Promise<Map<string, Manifest>> {
  const manifests = new Map<string, Manifest>();
  for (const name of names) {
    const manifest = await readManifest(join(place.folder, name)).catch(() => undefined);
    if (manifest !== undefined) manifests.set(name, manifest);
  }
  return manifests;
}

function addExperiments(rows: RowChunks, manifests: ReadonlyMap<string, Manifest>): void {
  const byId = new Map([...manifests.values()].map((manifest) => [manifest.experiment_id, manifest]));
  for (const manifest of byId.values()) {
    rows.add('experiments', {
      experiment_id: manifest.experiment_id,
      name: manifest.name ?? null,
      description: null,
      status: manifest.status ?? null,
      created_at: manifest.created_at?.replace(/(?:Z|\+00:00)$/, '') ?? null,
      configuration: JSON.stringify(manifest.config ?? null),
      error: manifest.error ?? null,
      metadata: null,
    });
  }
}

/** Manifests name files that are not there (all of them do, in the real ones): the folder is believed, and what has no file at all is said. */
function warnOfMissingFiles(
  events: readonly string[],
  manifests: ReadonlyMap<string, Manifest>,
  request: ReadRequest,
): void {
  const present = new Set(events.map((name) => conversationNameOf(name, '')));
  for (const [name, manifest] of manifests) {
    const missing = Object.keys(manifest.conversations).filter((conversation) => !present.has(conversation));
    if (missing.length === 0) continue;
    request.warn({
      at: name,
      message: `The manifest names conversations that have no events file: ${missing.slice(0, 5).join(', ')}.`,
      count: missing.length,
    });
  }
}

/** A conversation that stands in the folder twice keeps both: the second is named by its path. */
function freeName(wanted: string, path: string, taken: Set<string>): string {
  const name = taken.has(wanted) ? `${wanted} (${path})` : wanted;
  taken.add(name);
  return name;
}
