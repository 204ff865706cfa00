import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../store/testing';
import { makeTracingV2 } from '../testing/tracing-v2/make-tracing-v2';
import { migrateV2 } from './index';

const options = { signal: AbortSignal.timeout(60_000), report: () => {} };
const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

test('a tracing v2 file becomes a new tracing v3 file', async () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  await makeTracingV2(source, { sessions: 50 });
  const before = digest(source);
  const path = join(folder.path, 'v3.db');
  const started = performance.now();
  const report = await migrateV2(
    { source, target: { kind: 'file', path }, reportFolder: folder.path },
    options,
  ).catch((e) => {
    console.log(JSON.stringify(e.data), e.cause);
    throw e;
  });
  console.log(performance.now() - started, JSON.stringify(report, null, 1));
  console.log(readFileSync(report.files[1] ?? '', 'utf8'));
  expect(digest(source)).toBe(before);
  console.log(readdirSync(folder.path));
  const client = createClient({ url: `file:${path}`, intMode: 'bigint' });
  for (const sql of [
    "SELECT * FROM events WHERE session_id = 'plain'",
    "SELECT * FROM events WHERE session_id = 'costs'",
    'SELECT * FROM messages LIMIT 12',
    'SELECT * FROM session_traces LIMIT 9',
    'SELECT * FROM sqlite_sequence',
  ])
    console.log(
      (await client.execute(sql)).rows
        .map((r) => JSON.stringify(r, (_, v) => (typeof v === 'bigint' ? Number(v) : v)).slice(0, 900))
        .join('\n'),
    );
  client.close();
});
