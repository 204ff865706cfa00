import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { openPath } from '../open-path';
import { readAll } from '../read-all';
import { mappingsInMemory } from './mapped';
import { Files, summaryOf } from './testing';

const calls = `session_id,timestamp,model,prompt_tokens,completion_tokens,cost_usd,latency_ms
a,2026-01-02T03:04:05Z,gpt-5,100,20,0.0042,840
a,2026-01-02T03:04:07Z,gpt-5,130,10,0.001,
b,2026-01-02T03:05:00Z,claude-4,7,,,12.5
`;

test('a CSV of calls is proposed and read as events, unknown figures stay unknown, sessions are those that rows name', async () => {
  using files = new Files();
  const path = files.write('calls.csv', calls);
  expect(summaryOf(await files.propose(path))).toEqual([
    'rows → event',
    'event.session ← session_id',
    'event.occurred_at ← timestamp',
    'event.model ← model',
    'event.input_tokens ← prompt_tokens',
    'event.output_tokens ← completion_tokens',
    'event.cost ← cost_usd (dollars)',
    'event.latency ← latency_ms (ms)',
  ]);
  const read = await files.read(path);
  expect(read.sources).toEqual([{ format: 'mapped', dialect: 'calls', name: 'calls.csv' }]);
  expect(read.rows('sessions').map((row) => [row.session_id, row.created_at, row.kind])).toEqual([
    ['b', '2026-01-02 03:05:00', 'session'],
    ['a', '2026-01-02 03:04:05', 'session'],
  ]);
  expect(
    read
      .rows('events')
      .map((row) => [
        row.session_id,
        row.event_type,
        row.model,
        row.total_tokens,
        row.cost_usd,
        row.cost_basis,
        row.latency_ms,
      ]),
  ).toEqual([
    ['a', 'cais', 'gpt-5', '120', '0.0042', 'reported', '840.0'],
    ['a', 'cais', 'gpt-5', '140', '0.001', 'reported', null],
    ['b', 'cais', 'claude-4', null, null, 'unpriced', '12.5'],
  ]);
  expect(read.warnings).toEqual([]);
  expect(read.files).toEqual([{ file: 'calls.csv', read: 3, skipped: 0, reasons: [] }]);
});

test('a chat as JSON lines is read by path: roles by their other names, the rest of each line is kept', async () => {
  using files = new Files();
  const lines = [
    { conversation: 'c1', message: { role: 'human', content: 'Hello' }, ts: 1_767_000_000, lang: 'en' },
    {
      conversation: 'c1',
      message: { role: 'ai', content: 'Hi “there”\nline' },
      ts: 1_767_000_001,
      usage: { input_tokens: 3, output_tokens: 5 },
      model: 'm',
    },
    { conversation: 'c2', message: { role: 'poet', content: 'Rose' }, ts: 1_767_000_002.5 },
  ];
  const path = files.write('chat.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  const proposal = await files.propose(path);
  expect(summaryOf(proposal)).toContain('message.content ← message.content');
  expect(summaryOf(proposal)).toContain('event.input_tokens ← usage.input_tokens');
  const read = await files.read(path, proposal);
  expect(
    read
      .rows('messages')
      .map((row) => [row.session_id, row.role, row.content, row.author, row.occurred_at, row.metadata]),
  ).toEqual([
    ['c1', 'user', 'Hello', null, '2025-12-29 09:20:00', '{"lang":"en"}'],
    ['c1', 'assistant', 'Hi “there”\nline', null, '2025-12-29 09:20:01', null],
    ['c2', 'other', 'Rose', 'poet', '2025-12-29 09:20:02.5', null],
  ]);
  expect(
    read.rows('events').map((row) => [row.session_id, row.model, row.input_tokens, row.output_tokens]),
  ).toEqual([['c1', 'm', '3', '5']]);
  expect(read.warnings).toEqual([
    {
      at: 'rows, column message.role',
      message: 'Role: a role that is not known, shown as other: “poet” (first in row 3).',
      count: 1,
    },
  ]);
});

test('prompt and response of one row become two messages around the call', async () => {
  using files = new Files();
  const path = files.write(
    'runs.tsv',
    'run_id\tprompt\tresponse\tmodel\tcost_cents\n1\tWhat?\tThat.\tm\t3\n1\tAnd?\tThis.\tm\t0.5\n',
  );
  const read = await files.read(path);
  const rows = [
    ...read.rows('messages').map((row) => [Number(row.sequence), row.role, row.content]),
    ...read.rows('events').map((row) => [Number(row.sequence), row.cost_usd, row.cost_basis]),
  ].sort((a, b) => Number(a[0]) - Number(b[0]));
  expect(rows.map((row) => row.slice(1))).toEqual([
    ['user', 'What?'],
    ['0.03', 'reported_rounded'],
    ['assistant', 'That.'],
    ['user', 'And?'],
    ['0.005', 'reported'],
    ['assistant', 'This.'],
  ]);
});

test('a table of steps alone is one session: the file', async () => {
  using files = new Files();
  const path = files.write('episode.csv', 'step,reward,observation\n0,0.5,door\n1,1,"key, gold"\n2,,end\n');
  const proposal = await files.propose(path);
  const mapping = {
    ...proposal,
    entries: [
      {
        table: 'rows',
        kind: 'step' as const,
        fields: { step: { column: 'step' }, reward: { column: 'reward' } },
      },
    ],
  };
  const read = await files.read(path, mapping);
  expect(read.rows('sessions').map((row) => row.session_id)).toEqual(['episode.csv']);
  expect(read.rows('timesteps').map((row) => [row.session_id, row.step_index, row.metadata])).toEqual([
    ['episode.csv', '0', '{"observation":"door"}'],
    ['episode.csv', '1', '{"observation":"key, gold"}'],
    ['episode.csv', '2', '{"observation":"end"}'],
  ]);
  expect(read.rows('rewards').map((row) => [row.value, row.scope])).toEqual([
    ['0.5', 'event'],
    ['1.0', 'event'],
  ]);
});

test('a SQLite database of several tables: sessions, messages with their steps; text, NUL, quotes and large numbers survive', async () => {
  using files = new Files();
  const path = files.path('chats.db');
  const database = new Database(path);
  database.exec(`CREATE TABLE chats (id TEXT PRIMARY KEY, title TEXT, created_at TEXT, outcome TEXT) WITHOUT ROWID;
    CREATE TABLE chat_messages (chat_id TEXT, turn INTEGER, role TEXT, body TEXT, big INTEGER, exact REAL, raw BLOB);
    CREATE TABLE settings (key TEXT, value TEXT);
    INSERT INTO chats VALUES ('x', 'First', '2026-02-01 10:00:00', 'success'), ('y', NULL, '2026-02-02', 'boom');
    INSERT INTO chat_messages VALUES ('x', 1, 'user', 'it''s' || char(0) || 'here', 9007199254740993, 0.1, x'00ff'),
      ('x', 1, 'assistant', '', NULL, 1e300, NULL), ('z', 2, 'user', 'orphan', NULL, NULL, NULL);`);
  database.close();
  const proposal = await files.propose(path);
  expect(proposal.entries.map(({ table, kind }) => `${table} → ${kind}`)).toEqual([
    'chat_messages → message',
    'chats → session',
  ]);
  const read = await files.read(path, proposal);
  expect(read.rows('sessions').map((row) => [row.session_id, row.title, row.status])).toEqual([
    ['y', null, 'unknown'],
    ['x', 'First', 'completed'],
    ['z', null, 'unknown'],
  ]);
  expect(read.rows('timesteps').map((row) => [row.session_id, row.step_id, row.step_index])).toEqual([
    ['x', '1', '1'],
    ['z', '2', '2'],
  ]);
  const [first, second] = read.rows('messages');
  expect([first?.content, first?.metadata]).toEqual([
    "it's\0here",
    '{"big":"9007199254740993","exact":"0.1","raw":"00ff"}',
  ]);
  expect(second?.content).toBe('');
  expect(new Set(read.rows('messages').map((row) => row.step_key)).size).toBe(2);
});

test('DuckDB and Parquet keep their types: nested columns by path, timestamps, decimals', async () => {
  using files = new Files();
  const select = `SELECT 's' || (range % 2) AS session_id, TIMESTAMP '2026-01-01' + INTERVAL (range) SECOND AS ts, {'name': 'gpt-5', 'usage': {'in': range}} AS llm,
    (range / 7)::DECIMAL(18, 6) AS cost FROM range(5)`;
  const parquet = await files.duckdb('calls.parquet', [`COPY (${select}) TO $file (FORMAT parquet)`]);
  const duckdb = await files.duckdb('calls.duckdb', [`CREATE TABLE calls AS ${select}`]);
  for (const path of [parquet, duckdb]) {
    const proposal = await files.propose(path);
    const [entry] = proposal.entries;
    if (entry === undefined) throw new Error('nothing is proposed');
    const fields = {
      ...entry.fields,
      model: { column: 'llm', path: ['name'] },
      input_tokens: { column: 'llm', path: ['usage', 'in'] },
    };
    const read = await files.read(path, { ...proposal, entries: [{ ...entry, fields }] });
    expect(
      read
        .rows('events')
        .map((row) => [row.session_id, row.model, row.input_tokens, row.cost_usd, row.occurred_at]),
    ).toEqual([
      ['s0', 'gpt-5', '0', '0.0', '2026-01-01 00:00:00'],
      ['s1', 'gpt-5', '1', '0.142857', '2026-01-01 00:00:01'],
      ['s0', 'gpt-5', '2', '0.285714', '2026-01-01 00:00:02'],
      ['s1', 'gpt-5', '3', '0.428571', '2026-01-01 00:00:03'],
      ['s0', 'gpt-5', '4', '0.571429', '2026-01-01 00:00:04'],
    ]);
  }
});

test('a Hive-divided tree of Parquet is one table with the columns of its folders, and follows what is added', async () => {
  using files = new Files();
  const folder = files.path('calls');
  const write = async (part: string, rows: string) => {
    mkdirSync(join(folder, part), { recursive: true });
    await files.duckdb(`calls/${part}/data_${part.length}.parquet`, [
      `COPY (SELECT 's' || range AS session_id, TIMESTAMP '2026-01-01' + INTERVAL (range) SECOND AS ts, range::BIGINT AS input_tokens FROM range(${rows})) TO $file (FORMAT parquet)`,
    ]);
  };
  await write('region=1/model=gpt-5', '0, 2');
  await write('region=eu/model=claude-4', '2, 3');
  const signal = new AbortController().signal;
  const tools = { folder: files.folder, isSnapshot: false };
  await expect(openPath(folder, signal, tools)).rejects.toMatchObject({
    code: 'FORMAT_UNKNOWN',
    data: { mappable: true, detected: 'a folder of Parquet files' },
  });
  const { survey, proposal } = await files.survey(folder);
  expect(
    survey.tables.map(({ name, columns }) => [name, columns.map(({ column }) => column).sort()]),
  ).toEqual([['rows', ['input_tokens', 'model', 'region', 'session_id', 'ts']]]);
  const mappings = mappingsInMemory();
  mappings.keep(proposal);
  const read = await readAll(folder, { ...tools, mappings });
  expect(read.rows('events').map((row) => [row.session_id, row.model, row.input_tokens])).toEqual([
    ['s0', 'gpt-5', '0'],
    ['s1', 'gpt-5', '1'],
    ['s2', 'claude-4', '2'],
  ]);
  expect(read.rows('event_payloads').map((row) => JSON.parse(row.metadata ?? '{}').region)).toEqual([
    '1',
    '1',
    'eu',
  ]);
  const { sources } = await openPath(folder, signal, { ...tools, mappings });
  const before = await sources[0]?.fingerprint(signal);
  await write('region=eu/model=claude-5', '3, 4');
  expect(await sources[0]?.fingerprint(signal)).not.toBe(before);
});

test('bad rows of a CSV are located and counted, values that do not fit are told by column, the rest is read', async () => {
  using files = new Files();
  const path = files.write(
    'bad.csv',
    'session_id,time,model,tokens\na,2026-01-01T00:00:00Z,m,1\na,yesterday,m,2\na,2026-01-01T00:00:01Z,"two\nlines",3\na,short\na,2026-01-01T00:00:02Z,m,4,extra\n,2026-01-01T00:00:03Z,m,5\na,2026-01-01T00:00:04Z,m,1.5\n',
  );
  const proposal = await files.propose(path);
  const entry = {
    table: 'rows',
    kind: 'event' as const,
    fields: {
      session: { column: 'session_id' },
      occurred_at: { column: 'time' },
      model: { column: 'model' },
      total_tokens: { column: 'tokens' },
    },
  };
  const mapping = { ...proposal, entries: [entry] };
  const read = await files.read(path, mapping);
  expect(read.rows('events').map((row) => [row.model, row.total_tokens, row.occurred_at])).toEqual([
    ['m', '1', '2026-01-01 00:00:00'],
    ['m', '2', null],
    ['two\nlines', '3', '2026-01-01 00:00:01'],
    ['m', null, '2026-01-01 00:00:04'],
  ]);
  expect(read.warnings).toEqual([
    { at: 'bad.csv:6', message: 'The line was left out: it has too few fields.', count: 1 },
    { at: 'bad.csv:7', message: 'The line was left out: it has too many fields.', count: 1 },
    {
      at: 'rows, column session_id',
      message: 'Rows without a session are left out (first in row 4).',
      count: 1,
    },
    {
      at: 'rows, column time',
      message: 'Time: not a time, left empty: “yesterday” (first in row 2).',
      count: 1,
    },
    {
      at: 'rows, column tokens',
      message: 'Total tokens: not a whole number, left empty: “1.5” (first in row 5).',
      count: 1,
    },
  ]);
  expect(read.files).toEqual([
    {
      file: 'bad.csv',
      read: 5,
      skipped: 2,
      reasons: [
        { reason: 'it has too few fields', count: 1 },
        { reason: 'it has too many fields', count: 1 },
      ],
    },
  ]);
});

test('lines that are no JSON are located, blank ones pass; an array, gzip, UTF-16 and Latin-1 are read', async () => {
  using files = new Files();
  const line = (id: string) => JSON.stringify({ session_id: id, role: 'user', content: 'é' });
  const broken = files.write('x.jsonl', `${line('a')}\n\n{"session_id": \n${line('b')}\n17\n`);
  const read = await files.read(broken);
  expect(read.warnings.map(({ at }) => at)).toEqual(['x.jsonl:3', 'x.jsonl:5']);
  expect(read.files).toEqual([
    { file: 'x.jsonl', read: 2, skipped: 2, reasons: [{ reason: 'it is no JSON object', count: 2 }] },
  ]);
  const others = [
    files.write('x.json', `[${line('a')},\n  ${line('b')}]`),
    files.write('x.jsonl.gz', gzipSync(`${line('a')}\n${line('b')}\n`)),
    files.write('utf16.csv', Buffer.from('\uFEFFsession_id,role,content\na,user,é\nb,user,é\n', 'utf16le')),
    files.write('packed.csv.gz', gzipSync('session_id,role,content\r\na,user,é\r\nb,user,é\r\n')),
    files.write('bom.csv', '\uFEFFsession_id,role,content\na,user,é\nb,user,é\n'),
  ];
  for (const path of others) {
    const { rows, warnings } = await files.read(path);
    expect([path, rows('messages').map((row) => [row.session_id, row.content]), warnings]).toEqual([
      path,
      [
        ['a', 'é'],
        ['b', 'é'],
      ],
      [],
    ]);
  }
});

test('lines that are no UTF-8 are read as Windows-1252 and told, wherever they stand', async () => {
  using files = new Files();
  const many = Array.from({ length: 9_000 }, (_, nth) => `a,user,${nth} plain`);
  const csv = (lines: readonly Buffer[]) =>
    Buffer.concat([Buffer.from('session_id,role,content\n'), ...lines]);
  const paths = [
    files.write('latin.csv', csv([Buffer.from('a,user,é €\n', 'latin1'), Buffer.from('a,user,é\n')])),
    files.write(
      'late.csv',
      csv([Buffer.from(`${many.join('\n')}\na,user,é\n`), Buffer.from('a,user,é\n', 'latin1')]),
    ),
    files.write(
      'late.jsonl',
      Buffer.concat([
        ...many.map((content) =>
          Buffer.from(`${JSON.stringify({ session_id: 'a', role: 'user', content })}\n`),
        ),
        Buffer.from(`${JSON.stringify({ session_id: 'a', role: 'user', content: 'é' })}\n`, 'latin1'),
      ]),
    ),
  ];
  const found = [];
  for (const path of paths) {
    const { rows, warnings, files: reports } = await files.read(path);
    found.push([rows('messages').at(-1)?.content, warnings, reports.map(({ skipped }) => skipped)]);
  }
  const told = (at: string) => [
    { at, message: 'Lines that are no UTF-8 were read as Windows-1252 (Latin-1).', count: 1 },
  ];
  expect(found).toEqual([
    ['é', told('latin.csv:2'), [0]],
    ['é', told('late.csv:9003'), [0]],
    ['é', told('late.jsonl:9001'), [0]],
  ]);
});

test('a CSV without a header has numbered columns, and its first line is a row', async () => {
  using files = new Files();
  const texts = [
    '2026-01-01T00:00:00Z,user,Hi\n2026-01-01T00:00:01Z,assistant,Hello\n',
    'user,Hi\nassistant,Hello\nuser,Bye\n',
    '7f0e1d2c-1111-4222-8333-444455556666,Hi\n7f0e1d2c-1111-4222-8333-444455556667,Hello\n',
  ];
  for (const [nth, text] of texts.entries()) {
    const { survey } = await files.survey(files.write(`${nth}.csv`, text));
    const [table] = survey.tables;
    expect([table?.columns[0]?.column, table?.rows.length, survey.notes.at(-1)]).toEqual([
      'column 1',
      text.split('\n').length - 1,
      'no header line: columns are numbered',
    ]);
  }
});

test('opened without a mapping it is unknown and says that it can be mapped; with one that is kept for its schema it opens', async () => {
  using files = new Files();
  const path = files.write('calls.csv', calls);
  const { proposal } = await files.survey(path);
  const signal = new AbortController().signal;
  const tools = { folder: files.folder, isSnapshot: false };
  await expect(openPath(path, signal, tools)).rejects.toMatchObject({
    code: 'FORMAT_UNKNOWN',
    data: { mappable: true },
  });
  const other = files.write('later.csv', calls.replaceAll('gpt-5', 'gpt-6'));
  const mappings = mappingsInMemory();
  mappings.keep(proposal);
  const { sources } = await openPath(other, signal, { ...tools, mappings });
  expect(sources.map((source) => [source.format, source.name])).toEqual([['mapped', 'later.csv']]);
  const picture = files.write('picture.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  await expect(openPath(picture, signal, { ...tools, mappings })).rejects.toMatchObject({
    data: { detected: 'a PNG image' },
  });
});

test('a preview shows the sessions of the first rows, and tells what is wrong beside its field', async () => {
  using files = new Files();
  const path = files.write('calls.csv', calls);
  const mapping = await files.propose(path);
  const preview = await files.preview(path, mapping);
  expect(preview).toMatchObject({
    isWhole: true,
    problems: [],
    counts: { sessions: 2, events: 3, steps: 0 },
  });
  expect(
    preview.sessions.map((one) => [one.session_id, one.events, one.total_tokens, one.cost_usd, one.models]),
  ).toEqual([
    ['b', 1, null, null, ['claude-4']],
    ['a', 2, 260, 0.0052, ['gpt-5']],
  ]);
  const wrong = {
    ...mapping,
    entries: [
      {
        table: 'rows',
        kind: 'message' as const,
        fields: { session: { column: 'gone' }, occurred_at: { column: 'model' } },
      },
    ],
  };
  const { problems } = await files.preview(path, wrong);
  expect(problems.map(({ entry, field, level }) => [entry, field, level])).toEqual([
    [0, 'session', 'error'],
    [0, 'content', 'error'],
    [0, 'session', 'warning'],
    [0, 'occurred_at', 'warning'],
  ]);
});
