import { basename } from 'node:path';
import { type Json, jsonOf, mostRecords, parsedJson, textOf } from '../agent-session';
import {
  type DocumentFile,
  type DocumentFormat,
  type DocumentRows,
  eachElement,
  eachJsonLine,
} from '../documents';
import { lookAt } from '../place';
import { Rollout } from './conversation';
import { isRolloutLine, parseRolloutLine, type RolloutLine } from './line';

/** Codex's rollouts (`~/.codex/sessions/<year>/<month>/<day>/rollout-*.jsonl`) of every shape it has had. */
export const codex: DocumentFormat = {
  name: 'codex',
  recognise({ head }) {
    const text = Buffer.from(head).toString('utf8');
    if (isOldDocument(text)) return { dialect: 'json' };
    const lines = text.split('\n', MOST_LINES);
    const found = lines.map(parsedJson).find(isRolloutLine);
    if (found !== undefined) return { dialect: 'payload' in jsonOf(found) ? null : 'bare' };
    // Its first line holds all instructions, and may be longer than what was looked at.
    return lines.length === 1 && /^\{[^{]*"type":\s*"session_meta"[^{]*"payload":\s*\{/.test(text)
      ? { dialect: null }
      : undefined;
  },
  openReader(rows) {
    const counted = new Map<string, string>();
    return { readFile: (file) => readRollout(file, rows, counted) };
  },
};

const MOST_LINES = 40;

/** The first Codex wrote one JSON document: `{"session": {…}, "items": […]}`. */
function isOldDocument(head: string): boolean {
  return /^\s*\{\s*"session"\s*:\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*,\s*"items"\s*:\s*\[/.test(head);
}

async function readRollout(
  file: DocumentFile,
  rows: DocumentRows,
  counted: Map<string, string>,
): Promise<void> {
  const { head } = await lookAt(file.path);
  let rollout: Rollout | undefined;
  const take = (line: RolloutLine | undefined, number: number, meta: () => Json) => {
    if (line === undefined) {
      rows.skip(number, 'The line is none of a Codex rollout.');
      return;
    }
    if (number > mostRecords) {
      rows.skip(number, `A rollout of more than ${mostRecords.toLocaleString('en-US')} lines.`);
      return;
    }
    if (rollout === undefined) {
      rollout = open(file, rows, { counted, meta: meta() });
      // On the screen while the rest is read.
      rollout.addSession();
    }
    rollout.add(line, number);
    rows.read();
  };
  if (isOldDocument(Buffer.from(head).toString('utf8'))) {
    await eachElement(file, rows, ['items'], (value, { ordinal, around }) =>
      take(parseRolloutLine(value), ordinal + 1, () => jsonOf(around[0]?.get('session'))),
    );
  } else {
    await eachJsonLine(file, rows, (value, number) => {
      const line = parseRolloutLine(value);
      take(line, number, () => (line?.type === 'session_meta' ? line.payload : {}));
    });
  }
  if (rollout === undefined) return;
  rollout.finish();
  addNames(rollout, rows);
  if (rollout.copies > 0)
    rows.warn(
      'Calls are copies of calls in the rollout this one was forked from; their tokens are counted once.',
      undefined,
      rollout.copies,
    );
}

/** The copied beginning of a fork has the same running totals as where it came from: whichever is read first counts them. */
function open(
  file: DocumentFile,
  rows: DocumentRows,
  { counted, meta }: { readonly counted: Map<string, string>; readonly meta: Json },
): Rollout {
  const sessionId = textOf(meta.id) ?? nameOf(file.path);
  const lineage = textOf(meta.forked_from_id) ?? sessionId;
  return new Rollout(
    {
      sessionId: rows.claim(sessionId),
      meta,
      countedElsewhere(total) {
        const key = `${lineage} ${total}`;
        const by = counted.get(key);
        if (by === undefined) counted.set(key, file.name);
        return by === file.name ? undefined : by;
      },
    },
    rows,
  );
}

function nameOf(path: string): string {
  return basename(path)
    .replace(/\.(?:gz|zst)$/, '')
    .replace(/\.jsonl?$/, '');
}

function addNames(rollout: Rollout, rows: DocumentRows): void {
  const { project } = rollout;
  rows.add('systems', {
    system_id: 'codex',
    name: 'Codex',
    system_type: 'agent',
    description: null,
    created_at: null,
    metadata: null,
  });
  if (project === null) return;
  rows.add('experiments', {
    experiment_id: project,
    name: basename(project),
    description: null,
    status: null,
    created_at: null,
    configuration: null,
    error: null,
    metadata: null,
  });
}
