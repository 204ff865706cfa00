import { basename } from 'node:path';
import { type AgentRows, agentRow, projectRow } from '../agent-session';
import { RowChunks } from '../row-chunks';
import type { Chunk, ReadRequest, SourceWarning, TraceSource } from '../types';
import type { KindRows } from '../unknown-kinds';
import { OpenCodeConversation } from './conversation';
import type { Skip } from './database';
import { Answers } from './forks';
import type { OpenCodeSession } from './records';

/** Characters held before they go to the mirror: the first batch small, so that sessions show at once. */
const FIRST_BATCH = 200_000;
const BATCH = 8_000_000;

export const COPIED =
  'Answers are copies of answers in the session that it was forked from; their tokens are counted there.';

export interface OpenCodeOptions {
  readonly dialect: string;
  readonly location: string;
  readonly watched: readonly string[];
  readonly watchedFolders?: readonly string[];
  readonly stamp: () => Promise<string>;
  readonly sessions: (reading: {
    readonly signal: AbortSignal;
    readonly skip: Skip;
  }) => AsyncGenerator<OpenCodeSession, void, void>;
  readonly close: () => Promise<void>;
}

/** OpenCode's sessions in one place, read whole each time: answers are rewritten while they are given. */
export class OpenCodeSource implements TraceSource {
  readonly format = 'opencode';
  readonly namespace = null;
  readonly dialect: string;
  readonly name: string;
  readonly location: string;
  readonly watched: readonly string[];
  readonly watchedFolders: readonly string[];

  constructor(private readonly options: OpenCodeOptions) {
    this.dialect = options.dialect;
    this.location = options.location;
    this.name = basename(options.location);
    this.watched = options.watched;
    this.watchedFolders = options.watchedFolders ?? [];
  }

  fingerprint(): Promise<string> {
    return this.options.stamp();
  }

  async canExtend(): Promise<boolean> {
    return false;
  }

  async *read(request: ReadRequest): AsyncGenerator<Chunk, void, void> {
    using chunks = new RowChunks(request.folder);
    const cursors = { before: {}, after: {} };
    const skipped = new Map<string, number>();
    const projects = new Set<string>();
    const agents = new Set<string>();
    let ordinal = 0;
    let sessions = 0;
    let read = 0;
    let limit = FIRST_BATCH;
    const rows: AgentRows = {
      key: (number) => BigInt(number),
      add(table, row) {
        if (table === 'events' && 'system_id' in row && typeof row.system_id === 'string')
          agents.add(row.system_id);
        chunks.add(table, row, 'append');
      },
      addSession(row) {
        chunks.put('sessions', { ...row, session_no: sessions }, { name: row.session_id, mode: 'append' });
        sessions += 1;
      },
    };
    const skip: Skip = (at, reason) => {
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      request.warn({ at, message: reason, count: 1 });
    };
    const kinds = new Map<string, SourceWarning>();
    const warnOnce: KindRows['warnOnce'] = (message, at) => {
      kinds.set(message, {
        at: kinds.get(message)?.at ?? `${at}`,
        message,
        count: 1 + (kinds.get(message)?.count ?? 0),
      });
    };
    const place = () => {
      ordinal += 1;
      return ordinal;
    };
    const answers = new Answers();
    for await (const session of this.options.sessions({ signal: request.signal, skip })) {
      const conversation = new OpenCodeConversation(session, rows, { place, answers, kinds: { warnOnce } });
      conversation.write();
      const { copies } = conversation;
      if (copies > 0) request.warn({ at: `session ${session.id}`, message: COPIED, count: copies });
      const { directory } = session;
      if (directory !== null && !projects.has(directory)) {
        projects.add(directory);
        chunks.put('experiments', projectRow(directory), { name: directory, mode: 'append' });
      }
      read += 1 + session.messages.reduce((sum, { parts }) => sum + 1 + parts.length, 0);
      if (chunks.characters <= limit) continue;
      limit = BATCH;
      yield* chunks.take(cursors);
    }
    for (const agent of agents) chunks.put('systems', agentRow(agent), { name: agent, mode: 'append' });
    for (const warning of kinds.values()) request.warn(warning);
    request.report({
      file: this.name,
      read,
      skipped: [...skipped.values()].reduce((sum, count) => sum + count, 0),
      reasons: [...skipped].map(([reason, count]) => ({ reason, count })),
    });
    yield* chunks.take(cursors);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.options.close();
  }
}
