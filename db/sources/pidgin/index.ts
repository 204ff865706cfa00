import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ExpectedError } from '../../model';
import type { Chunk, Cursor, Place, ReadRequest, SourceFormat, TraceSource } from '../types';
import { parseEvent } from './event';
import { filesOf, type PidginPlace, pidginCursor, readPidgin } from './read';

/** Pidgin's two-agent conversations: a run folder, an experiments folder or one events.jsonl, read in place. */
export const pidgin: SourceFormat = {
  name: 'pidgin',
  async open(place, signal) {
    const found = place.kind === 'file' ? filePlace(place) : await folderPlace(place, signal);
    return found === undefined ? undefined : [new PidginSource(place.path, found)];
  },
};

/** A file whose first whole line is a Pidgin event. */
function filePlace(place: Place): PidginPlace | undefined {
  const [first = ''] = Buffer.from(place.head).toString('utf8').split('\n', 1);
  if (!first.startsWith('{') || !/"event_type":\s*"\w+Event"/.test(first)) return undefined;
  try {
    if (parseEvent(JSON.parse(first)) === undefined) return undefined;
  } catch {
    // A first line longer than what was looked at, or cut off: the marks above must do.
    if (!/"conversation_id"/.test(first)) return undefined;
  }
  return { folder: dirname(place.path), file: basename(place.path) };
}

async function folderPlace(place: Place, signal: AbortSignal): Promise<PidginPlace | undefined> {
  const found = { folder: place.path, file: undefined };
  const { events } = await filesOf(found, signal);
  return events.length > 0 ? found : undefined;
}

class PidginSource implements TraceSource {
  readonly format = 'pidgin';
  readonly dialect = null;
  readonly name: string;
  readonly namespace = null;
  readonly watched: readonly string[];

  constructor(
    readonly location: string,
    private readonly place: PidginPlace,
  ) {
    this.name = basename(location);
    this.watched = [location];
  }

  /** Names, sizes and times of the events files. */
  async fingerprint(signal: AbortSignal): Promise<string> {
    const { events } = await filesOf(this.place, signal);
    const stamps = await Promise.all(
      events.map(async (name) => {
        const { size, mtimeMs } = await stat(join(this.place.folder, name)).catch((error: unknown) => {
          throw new ExpectedError(
            'SOURCE_NOT_FOUND',
            `${join(this.place.folder, name)} is not there any more.`,
            { path: this.location, action: 'Put it back, or close the source.' },
            { cause: error },
          );
        });
        return `${name}:${size}:${mtimeMs}`;
      }),
    );
    return stamps.join('\n');
  }

  /** New and grown files are read again whole; one that is gone or has shrunk makes what was read wrong. */
  async canExtend(cursor: Cursor, _signal: AbortSignal): Promise<boolean> {
    const known = pidginCursor.safeParse(cursor);
    if (!known.success) return false;
    const kept = await Promise.all(
      Object.entries(known.data.files).map(async ([name, file]) => {
        const now = await stat(join(this.place.folder, name)).catch(() => undefined);
        return now !== undefined && now.size >= file.size;
      }),
    );
    return kept.every(Boolean);
  }

  read(request: ReadRequest): AsyncGenerator<Chunk, void, void> {
    return readPidgin(this.place, request);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
