import { dirname } from 'node:path';
import { type DocumentFile, type DocumentFormat, type DocumentRows, eachJsonLine } from '../documents';
import { Conversation } from './conversation';
import { parseEvent } from './event';
import { conversationNameOf, type FoundManifest, readManifest } from './manifest';

/** Pidgin's two-agent conversations: a run folder, an experiments folder or one events.jsonl, read in place. */
export const pidgin: DocumentFormat = {
  name: 'pidgin',
  companions: /^(?:manifest\.json|experiment\.log|.*\.md|.*\.ya?ml)$/,
  /** The first whole line is a Pidgin event. */
  recognise({ head }) {
    const [first = ''] = Buffer.from(head).toString('utf8').split('\n', 1);
    if (!first.startsWith('{') || !/"event_type":\s*"\w+Event"/.test(first)) return undefined;
    try {
      return parseEvent(JSON.parse(first)) === undefined ? undefined : { dialect: null };
    } catch {
      // A first line longer than what was looked at, or cut off: the marks above must do.
      return /"conversation_id"/.test(first) ? { dialect: null } : undefined;
    }
  },
  openReader(rows) {
    const manifests = new Map<string, Promise<FoundManifest | undefined>>();
    return {
      async readFile(file) {
        const folder = dirname(file.path);
        const isNew = !manifests.has(folder);
        const manifest = manifests.get(folder) ?? readManifest(folder);
        manifests.set(folder, manifest);
        const found = await manifest;
        if (found !== undefined && isNew) addExperiment(rows, found);
        await readConversation(file, rows, found);
      },
    };
  },
};

async function readConversation(
  file: DocumentFile,
  rows: DocumentRows,
  found: FoundManifest | undefined,
): Promise<void> {
  const sessionId = rows.claim(conversationNameOf(file.path));
  const conversation = new Conversation({ sessionId, manifest: found?.manifest }, rows);
  await eachJsonLine(file, rows, (value, line) => {
    const event = parseEvent(value);
    if (event === undefined) {
      rows.skip(line, 'The line is not a Pidgin event.');
      return;
    }
    conversation.add(event, line);
    rows.read();
  });
  conversation.finish();
  for (const system of conversation.systems()) rows.add('systems', system);
  if (conversation.naiveTimes > 0) {
    rows.warn(
      'Messages carry local times without a zone; the UTC time of their event is used.',
      'message.timestamp',
      conversation.naiveTimes,
    );
  }
}

/** Manifests name files that are not there (all of them do, in the real ones): the folder is believed, and what has no file at all is said. */
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
  rows.warn(
    `The manifest names conversations that have no events file: ${missing.slice(0, 5).join(', ')}.`,
    'manifest.json',
    missing.length,
  );
}
