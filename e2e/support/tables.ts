import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

/** Files of schemas that nobody knows. */
export function unknownTable(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const header = 'conversation,sent,who,body,llm,tokens_in,tokens_out,price_cents';

/** Talks of two sides, `talks` of them; names of columns that are nobody's. */
export function talksCsv(talks: number): string {
  const lines = [header];
  for (let talk = 0; talk < talks; talk += 1) {
    for (let turn = 0; turn < 3; turn += 1) {
      const at = new Date(Date.UTC(2026, 0, 1 + talk, 9, turn)).toISOString();
      lines.push(`talk-${talk},${at},human,"Question ${turn}, please",,,,`);
      lines.push(`talk-${talk},${at},ai,Answer ${turn},gpt-5-nano,${100 + turn},${20 + turn},${turn + 1}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A SQLite database of somebody's own: chats, their messages, the calls that answered, and what is no trace. */
export function unknownDatabase(folder: string, name: string): string {
  const path = join(folder, name);
  const database = new Database(path);
  database.exec(`CREATE TABLE chats (id TEXT PRIMARY KEY, subject TEXT, opened_at TEXT, state TEXT);
    CREATE TABLE chat_messages (chat_id TEXT, turn INTEGER, speaker TEXT, text TEXT, sent_at TEXT);
    CREATE TABLE llm_calls (chat_id TEXT, turn INTEGER, model TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, price_usd REAL, elapsed_ms REAL, created_at TEXT);
    CREATE TABLE settings (key TEXT, value TEXT);
    INSERT INTO chats VALUES ('c-1', 'Refund of an order', '2026-03-01 09:00:00', 'done'), ('c-2', 'Change of address', '2026-03-02 10:00:00', 'failed'),
      ('c-3', 'Lost parcel', '2026-03-03 11:00:00', 'active');
    INSERT INTO settings VALUES ('theme', 'dark');
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 23)
    INSERT INTO chat_messages SELECT 'c-' || (1 + i % 3), i / 6, iif(i / 3 % 2 = 0, 'customer', 'bot'), 'Message ' || i, datetime('2026-03-01 09:00:00', i || ' minutes') FROM n;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 11)
    INSERT INTO llm_calls SELECT 'c-' || (1 + i % 3), i / 3, 'claude-haiku-4-5', 400 + 10 * i, 60 + i, 0.0007 + i * 0.00003, 700 + 31 * i, datetime('2026-03-01 09:00:30', i || ' minutes') FROM n;`);
  database.close();
  return path;
}
