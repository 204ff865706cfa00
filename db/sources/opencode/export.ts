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
import type { DocumentFile, DocumentFormat, DocumentRows } from '../documents';
import { jsonHead, readDocument } from '../recorded-chat';
import { OpenCodeConversation } from './conversation';
import { Answers } from './forks';
import { aboutSession, type OpenCodeSession } from './records';
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
  const { value } = await readDocument(file, rows);
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
  for (const [index, one] of sessionsIn(value).entries()) {
    if (!isExport(one)) {
      rows.skip(`[${index}]`, 'The record is no exported session of OpenCode.');
      continue;
    }
    const session = sessionOf(one, rows);
    const conversation = new OpenCodeConversation(session, writing, { place, answers, kinds: rows });
    conversation.write();
    if (conversation.copies > 0) rows.warn(COPIED, `[${index}]`, conversation.copies);
    if (session.directory !== null) rows.add('experiments', projectRow(session.directory));
    rows.read();
    await rows.flushWhenFull();
  }
  for (const agent of agents) rows.add('systems', agentRow(agent));
}

function sessionOf(exported: Json, rows: DocumentRows): OpenCodeSession {
  const info = jsonOf(exported.info);
  return {
    ...aboutSession(info),
    id: rows.claim(textOf(info.id) ?? 'session'),
    messages: listOf(exported.messages)
      .map(jsonOf)
      .map((message) => ({
        id: textOf(jsonOf(message.info).id) ?? '',
        info: jsonOf(message.info),
        parts: listOf(message.parts).filter(isJson),
      })),
  };
}
