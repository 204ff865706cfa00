import {
  type AgentRows,
  agentRow,
  isJson,
  type Json,
  jsonOf,
  listOf,
  projectRow,
  textOf,
} from '../agent-session';
import {
  type DocumentFile,
  type DocumentFormat,
  type DocumentRows,
  eachElement,
  type JsonMembers,
} from '../documents';
import { jsonHead, largestInOnePiece, readDocument } from '../recorded-chat';
import { OpenCodeConversation } from './conversation';
import { Answers } from './forks';
import { aboutSession, type OpenCodeMessage, type OpenCodeSession } from './records';
import { COPIED } from './source';

/** What `opencode export` prints: a session with its messages and their parts. */
export const opencodeExport: DocumentFormat = {
  name: 'opencode-export',
  recognise(place) {
    const head = jsonHead(place);
    return head?.layout === 'document' && sessionsIn(head.value).some(isExport)
      ? { dialect: null }
      : undefined;
  },
  openReader(rows) {
    const answers = new Answers();
    return { readFile: (file) => readExport(file, rows, answers) };
  },
};

function sessionsIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isExport(value: unknown): value is Json {
  if (!isJson(value) || !isJson(value.info)) return false;
  const { id, time, title } = value.info;
  return (
    textOf(id)?.startsWith('ses_') === true && ('messages' in value || isJson(time) || textOf(title) !== null)
  );
}

async function readExport(file: DocumentFile, rows: DocumentRows, answers: Answers): Promise<void> {
  let last = 0;
  const place = () => {
    last += 1;
    return last;
  };
  const agents = new Set<string>();
  const writing: AgentRows = {
    key: (ordinal) => rows.key(ordinal),
    addSession: (row) => rows.addSession(row),
    add(table, row) {
      if (table === 'events' && 'system_id' in row && typeof row.system_id === 'string')
        agents.add(row.system_id);
      rows.add(table, row);
    },
  };
  const begin = (session: OpenCodeSession) =>
    new OpenCodeConversation(session, writing, { place, answers, kinds: rows });
  await (file.size > largestInOnePiece ? readLarge(file, rows, begin) : readWhole(file, rows, begin));
  for (const agent of agents) rows.add('systems', agentRow(agent));
}

type Begin = (session: OpenCodeSession) => OpenCodeConversation;

async function readWhole(file: DocumentFile, rows: DocumentRows, begin: Begin): Promise<void> {
  const { value } = await readDocument(file, rows);
  for (const [index, one] of sessionsIn(value).entries()) {
    if (!isExport(one)) {
      rows.skip(`[${index}]`, 'The record is no exported session of OpenCode.');
      continue;
    }
    const conversation = begin(sessionOf(one, rows));
    conversation.write();
    saySession(conversation, `[${index}]`, rows);
    await rows.flushWhenFull();
  }
}

/** Message by message: what an export says of its session stands before them. */
async function readLarge(file: DocumentFile, rows: DocumentRows, begin: Begin): Promise<void> {
  let session: JsonMembers | undefined;
  let conversation: OpenCodeConversation | undefined;
  const finish = () => {
    conversation?.finish();
    if (conversation !== undefined) saySession(conversation, `session ${conversation.record.id}`, rows);
  };
  await eachElement(file, rows, ['messages'], (value, { offset, around }) => {
    if (conversation === undefined || around[0] !== session) {
      finish();
      session = around[0];
      conversation = begin(sessionOf(Object.fromEntries(session ?? []), rows));
    }
    if (isJson(value)) conversation.add(messageOf(value));
    else rows.skip(`byte ${offset}`, 'The element is no message.');
  });
  finish();
}

function saySession({ copies, record }: OpenCodeConversation, at: string, rows: DocumentRows): void {
  if (copies > 0) rows.warn(COPIED, at, copies);
  if (record.directory !== null) rows.add('experiments', projectRow(record.directory));
  rows.read();
}

function sessionOf(exported: Json, rows: DocumentRows): OpenCodeSession {
  const info = jsonOf(exported.info);
  return {
    ...aboutSession(info),
    id: rows.claim(textOf(info.id) ?? 'session'),
    messages: listOf(exported.messages).map(jsonOf).map(messageOf),
  };
}

function messageOf(message: Json): OpenCodeMessage {
  return {
    id: textOf(jsonOf(message.info).id) ?? '',
    info: jsonOf(message.info),
    parts: listOf(message.parts).filter(isJson),
  };
}
