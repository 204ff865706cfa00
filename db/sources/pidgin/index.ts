import { basename, dirname } from 'node:path';
import { type DocumentFile, type DocumentFormat, type DocumentRows, eachJsonLine } from '../documents';
import { Conversations, keptStateOf } from './conversations';
import { eventLine, parseEvent } from './event';
import { conversationNameOf, type FoundManifest, isManifest, manifestName, readManifest } from './manifest';

/** A shorter file that has grown is read again whole: that takes less time than its rows do to land. */
const LONG_FILE_BYTES = 4_000_000;
/** What is kept of a file may not be longer than this, as text. */
const MOST_KEPT_CHARACTERS = 500_000;

/** Pidgin's two-agent conversations: a run folder, an experiments folder or one events.jsonl, read in place. */
export const pidgin: DocumentFormat = {
  name: 'pidgin',
  companions: /^(?:experiment\.log|.*\.md|.*\.ya?ml)$/,
  /** The first whole line is a Pidgin event, or the file is the manifest of a run. */
  recognise({ path, head }) {
    if (basename(path) === manifestName) return isManifest(head) ? { dialect: null } : undefined;
    const text = Buffer.from(head)
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart();
    const [first = ''] = text.split('\n', 1);
    if (!first.startsWith('{') || !/"event_type":\s*"\w+Event"/.test(first)) return undefined;
    try {
      return eventLine.safeParse(JSON.parse(first)).success ? { dialect: null } : undefined;
    } catch {
      // A first line longer than what was looked at, or cut off: the marks above must do.
      return /"conversation_id"/.test(first) ? { dialect: null } : undefined;
    }
  },
  openReader(rows) {
    const manifests = new Map<string, Promise<FoundManifest | undefined>>();
    const manifestIn = (folder: string) => {
      const manifest = manifests.get(folder) ?? readManifest(folder);
      manifests.set(folder, manifest);
      return manifest;
    };
    return {
      async readFile(file) {
        const found = await manifestIn(dirname(file.path));
        if (basename(file.path) === manifestName) {
          addManifest(rows, found);
          return;
        }
        // Opened alone: the manifest beside it is no file of this source.
        if (found !== undefined && file.root === file.path) addExperiment(rows, found);
        await readEvents(file, rows, found);
      },
    };
  },
};

async function readEvents(
  file: DocumentFile,
  rows: DocumentRows,
  manifest: FoundManifest | undefined,
): Promise<void> {
  const from = keptStateOf(file.kept);
  if (from !== undefined) rows.goOn(from.line);
  const options = { file, rows, manifest, name: conversationNameOf(file.path) };
  const conversations = new Conversations(options, from?.conversations);
  const shortener = new Shortener();
  const end = await eachJsonLine(
    file,
    rows,
    (value, line) => {
      const event = parseEvent(value);
      if (event === undefined) rows.skip(line, 'The line is not a Pidgin event.');
      else conversations.add(event, line);
    },
    { from, shorten: (line) => shortener.withoutHistory(line) },
  );
  const state = conversations.state;
  conversations.finish();
  if (file.size < LONG_FILE_BYTES || file.isCompressed) return;
  const kept = { version: 1, ...end, conversations: state };
  if (JSON.stringify(kept).length <= MOST_KEPT_CHARACTERS) rows.keep(kept);
}

const HISTORY = Buffer.from('"conversation_history":');
/** Behind the history stand the request's other fields. */
const HISTORY_END = Buffer.from('}],');
const SHORT_LINE_BYTES = 1_000;
const EMPTY_LIST = Buffer.from('[]');

/**
 * A request repeats the whole conversation before it, which is two thirds of all bytes and stands in its own events: not parsed. What is left
 * is put together in a place that the next line overwrites.
 */
class Shortener {
  private room = Buffer.allocUnsafeSlow(1 << 16);

  withoutHistory(line: Buffer): Buffer | undefined {
    if (line.length < SHORT_LINE_BYTES) return undefined;
    const start = line.subarray(0, SHORT_LINE_BYTES).indexOf(HISTORY);
    if (start === -1) return undefined;
    const end = line.lastIndexOf(HISTORY_END);
    if (end <= start) return undefined;
    const restAt = start + HISTORY.length + EMPTY_LIST.length;
    const length = restAt + line.length - (end + 2);
    if (this.room.length < length) this.room = Buffer.allocUnsafeSlow(Math.max(2 * this.room.length, length));
    line.copy(this.room, 0, 0, start + HISTORY.length);
    EMPTY_LIST.copy(this.room, start + HISTORY.length);
    line.copy(this.room, restAt, end + 2);
    return this.room.subarray(0, length);
  }
}

function addManifest(rows: DocumentRows, found: FoundManifest | undefined): void {
  if (found === undefined) {
    rows.skip('whole', 'The manifest is no JSON, or not that of a run.');
    return;
  }
  rows.read();
  addExperiment(rows, found);
}

/**
 * Manifests name files that are not there (all of them do, in the real ones): the folder is believed. A conversation that has no events file
 * at all is no session, as nothing of it is known; its run is listed, and what is missing is said.
 */
function addExperiment(rows: DocumentRows, { manifest, missing }: FoundManifest): void {
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
  if (missing.length === 0) return;
  const failure = manifest.error == null ? '' : ` The run says: ${manifest.error}`;
  rows.warn(
    `The manifest names conversations that have no events file: ${missing.slice(0, 5).join(', ')}.${failure}`,
    'conversations',
    missing.length,
  );
}
