import { closeSync, openSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { z } from 'zod';
import { describingTablesOfV3, tablesOfV3 } from '../../model';
import listEmbeddings from './sql/embeddings.sql?raw';
import sessionFingerprint from './sql/session-fingerprint.sql?raw';
import tableStatements from './sql/table-statements.sql?raw';
import { rowsOf, translateDatabaseError } from './sqlite';
import type { CareWork } from './task';

const named = z.object({ name: z.string(), sql: z.string() });
const fingerprinted = z.object({ fingerprint: z.string() });

/** The rows of some sessions as they are at one moment, in a database of their own with the store's tables. */
export function extractSessions(
  {
    from,
    to,
    embeddings: lines,
    sessions,
  }: {
    readonly from: string;
    readonly to: string;
    readonly embeddings: string;
    readonly sessions: readonly string[];
  },
  work: CareWork,
) {
  const database = new Database(to);
  try {
    database.defaultSafeIntegers(true);
    // Thrown away and made again when it is not finished.
    database.exec('PRAGMA synchronous = OFF');
    database.prepare('ATTACH ? AS store').run(`${pathToFileURL(from).href}?mode=ro`);
    database.exec('BEGIN');
    const wanted = new Set<string>(tablesOfV3);
    const statements = rowsOf(database, { sql: tableStatements, row: named });
    for (const { name, sql } of statements) if (wanted.has(name)) database.exec(sql);
    const list = JSON.stringify(sessions);
    const tables: { table: string; rows: number }[] = [];
    tablesOfV3.forEach((table, at, all) => {
      work.checkStop();
      work.report({ phase: `Reading ${table}`, done: at, total: all.length, unit: 'tables' });
      const isDescribing = describingTablesOfV3.some((name) => name === table);
      // Names of our own tables; the sessions are bound.
      const result = isDescribing
        ? database.prepare(`INSERT INTO main.${table} SELECT * FROM store.${table}`).run()
        : database
            .prepare(
              `INSERT INTO main.${table} SELECT * FROM store.${table} WHERE session_id IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
            )
            .run(list);
      if (!isDescribing) tables.push({ table, rows: Number(result.changes) });
    });
    database.exec('COMMIT');
    database.exec('DETACH store');
    const embeddings = writeEmbeddings(database, lines, work);
    const fingerprints = sessions.map((sessionId) => {
      const [row] = rowsOf(database, { sql: sessionFingerprint, row: fingerprinted, values: [sessionId] });
      return { sessionId, fingerprint: row?.fingerprint ?? '' };
    });
    return { tables, embeddings, fingerprints };
  } catch (error) {
    throw translateDatabaseError(error, from);
  } finally {
    database.close();
  }
}

const embedded = z.tuple([z.string(), z.bigint().nullable(), z.string(), z.string()]);

/** A line of JSON an embedding: they are outside the canonical model, and too many to be held. Says how many. */
function writeEmbeddings(database: Database.Database, path: string, work: CareWork): number {
  const file = openSync(path, 'w');
  let written = 0;
  try {
    for (const row of database.prepare(listEmbeddings).raw().iterate()) {
      work.checkStop();
      const [table, id, session_id, embedding] = embedded.parse(row);
      // As text: a row id may be longer than a number of JSON is exact.
      writeSync(file, `${JSON.stringify({ table, row_id: id?.toString(), session_id, embedding })}\n`);
      written += 1;
    }
  } finally {
    closeSync(file);
  }
  return written;
}
