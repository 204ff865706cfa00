/** The thread that reads one SQLite file with the native driver, which is synchronous: rows become text in C, not here. */
import { writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import Database from 'libsql';
import { z } from 'zod';
import type { ReaderAnswer, ReaderRequest } from './protocol';

let database: Database.Database | undefined;

const textRow = z.tuple([z.instanceof(Uint8Array).nullable(), z.bigint()]);
const plainRows = z.array(
  z.array(z.union([z.string(), z.number(), z.bigint(), z.null(), z.instanceof(Uint8Array)])),
);

parentPort?.on('message', (request: ReaderRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer(request: ReaderRequest): ReaderAnswer {
  try {
    switch (request.type) {
      case 'open':
        open(request.uri, request.isExclusive);
        return { id: request.id, type: 'rows', rows: [] };
      case 'rows':
        return {
          id: request.id,
          type: 'rows',
          rows: plainRows.parse(prepare(request.sql).all(...request.values)),
        };
      case 'text': {
        const [bytes, rows] = textRow.parse(prepare(request.sql).get(...request.values));
        if (bytes === null) return { id: request.id, type: 'text', rows: 0, bytes: 0 };
        writeFileSync(request.file, bytes);
        return { id: request.id, type: 'text', rows: Number(rows), bytes: bytes.byteLength };
      }
    }
  } catch (error) {
    return { id: request.id, type: 'failed', ...nameFailure(error) };
  }
}

/** `isExclusive`: the index of the WAL is kept in memory, so that a missing -shm is not made. */
function open(uri: string, isExclusive: boolean): void {
  database?.close();
  database = undefined;
  const opened = new Database(uri);
  if (isExclusive) opened.exec('PRAGMA locking_mode = EXCLUSIVE');
  // A file that was cut short opens all the same, so that what is left of it can be read; `query_only` keeps the schema as it is.
  opened.exec('PRAGMA writable_schema = ON');
  opened.exec('PRAGMA query_only = ON');
  opened.exec('PRAGMA cache_size = -16000');
  database = opened;
}

function prepare(sql: string): Database.Statement {
  if (database === undefined) throw new Error('No database is open in this reader.');
  return database.prepare(sql).raw().safeIntegers();
}

function nameFailure(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  return { code, message: error.message };
}
