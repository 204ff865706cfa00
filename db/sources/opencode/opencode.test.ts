import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { readAll, type TextRow } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opencode-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const T = 1_760_000_000_000;

const session = {
  id: 'ses_a',
  projectID: 'p1',
  directory: '/work/shop',
  title: 'Fix the total',
  version: '1.0.0',
  time: { created: T, updated: T + 9_000 },
};
const user = { id: 'msg_1', sessionID: 'ses_a', role: 'user', time: { created: T }, agent: 'build' };
const tokens = { input: 120, output: 40, reasoning: 5, cache: { read: 900, write: 30 } };
const assistant = {
  id: 'msg_2',
  sessionID: 'ses_a',
  role: 'assistant',
  parentID: 'msg_1',
  time: { created: T + 1_000, completed: T + 5_000 },
  modelID: 'claude-sonnet-4-20250514',
  providerID: 'anthropic',
  mode: 'build',
  path: { cwd: '/work/shop', root: '/work/shop' },
  cost: 0.0125,
  tokens,
};
const failed = {
  ...assistant,
  id: 'msg_3',
  time: { created: T + 6_000, completed: T + 8_000 },
  modelID: 'gpt-5',
  providerID: 'openai',
  cost: 0,
  tokens: { input: 100, output: 10, reasoning: 0, cache: { read: 400, write: 0 } },
  error: { name: 'APIError', data: { message: 'Overloaded', isRetryable: true } },
};
const parts: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  msg_1: [
    { id: 'prt_1', type: 'text', text: 'The total is wrong' },
    { id: 'prt_2', type: 'file', mime: 'text/plain', filename: 'cart.ts', url: 'file:///cart.ts' },
  ],
  msg_2: [
    { id: 'prt_1', type: 'step-start' },
    { id: 'prt_2', type: 'reasoning', text: 'Look at the sum first.' },
    { id: 'prt_3', type: 'text', text: 'I will read the file.' },
    {
      id: 'prt_4',
      type: 'tool',
      callID: 'c1',
      tool: 'read',
      state: {
        status: 'completed',
        input: { filePath: 'cart.ts' },
        output: 'sum += 1',
        title: 'cart.ts',
        metadata: {},
        time: { start: T + 2_000, end: T + 2_500 },
      },
    },
    { id: 'prt_5', type: 'step-finish', reason: 'tool-calls', cost: 0.01, tokens },
    { id: 'prt_6', type: 'step-start' },
    {
      id: 'prt_7',
      type: 'tool',
      callID: 'c2',
      tool: 'bash',
      state: {
        status: 'error',
        input: { command: 'make' },
        error: 'make: no rule',
        time: { start: T + 3_000, end: T + 4_000 },
      },
    },
    {
      id: 'prt_8',
      type: 'step-finish',
      reason: 'stop',
      cost: 0.0025,
      tokens: { input: 20, output: 10, reasoning: 0, cache: { read: 1_050, write: 0 } },
    },
    { id: 'prt_9', type: 'patch', hash: 'abc', files: ['cart.ts'] },
  ],
  msg_3: [{ id: 'prt_1', type: 'text', text: 'Again' }],
};

async function writeStorage(root: string): Promise<void> {
  const files: [string, unknown][] = [
    ['session/p1/ses_a.json', session],
    ...[user, assistant, failed].map((one): [string, unknown] => [`message/ses_a/${one.id}.json`, one]),
    ...Object.entries(parts).flatMap(([id, all]) =>
      all.map((part): [string, unknown] => [`part/${id}/${String(part.id)}.json`, part]),
    ),
  ];
  for (const [name, value] of files) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), JSON.stringify(value));
  }
}

function writeDatabase(path: string): void {
  const database = new Database(path);
  database.exec(`
    CREATE TABLE session (id text PRIMARY KEY, project_id text, parent_id text, slug text, directory text, title text, version text, time_created integer, time_updated integer);
    CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer, time_updated integer, data text);
    CREATE TABLE part (id text PRIMARY KEY, message_id text, session_id text, time_created integer, time_updated integer, data text);`);
  database
    .prepare('INSERT INTO session VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?)')
    .run('ses_a', 'p1', 'fix', '/work/shop', session.title, '1.2', T, T + 9_000);
  for (const { id, sessionID, ...data } of [user, assistant, failed]) {
    database
      .prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?)')
      .run(id, sessionID, data.time.created, T, JSON.stringify(data));
    for (const { id: part, ...rest } of parts[id] ?? [])
      database
        .prepare('INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)')
        .run(`${id}${String(part)}`, id, 'ses_a', T, T, JSON.stringify(rest));
  }
  database.prepare("INSERT INTO part VALUES ('bad', 'msg_2', 'ses_a', 1, 1, 'no JSON')").run();
  database.close();
}

function callsIn(rows: readonly TextRow[]): (string | null | undefined)[][] {
  return rows
    .filter(({ event_type }) => event_type === 'cais')
    .map((row) => [
      row.model,
      row.input_tokens,
      row.output_tokens,
      row.cache_read_tokens,
      row.total_tokens,
      row.cost_usd,
      row.cost_basis,
    ]);
}

/** Each step of an answer once; what the provider counts as input, the cached tokens among it or not; a cost of nothing is unknown. */
const calls = [
  ['claude-sonnet-4-20250514', '120', '40', '900', '1095', '0.01', 'reported'],
  ['claude-sonnet-4-20250514', '20', '10', '1050', '1080', '0.0025', 'reported'],
  ['gpt-5', '500', '10', '400', '510', null, 'unpriced'],
];

describe('OpenCode', () => {
  it('reads its folder of JSON files: each step is a call, tools with results, errors, the project', async () => {
    await writeStorage(join(folder, 'storage'));
    const { sources, rows, warnings, failures } = await readAll(folder);
    expect([sources, warnings, failures]).toEqual([
      [{ format: 'opencode', dialect: 'json', name: folder.split('/').at(-1) }],
      [],
      [],
    ]);
    expect(rows('sessions')).toMatchObject([
      {
        session_id: 'ses_a',
        title: 'Fix the total',
        experiment_id: '/work/shop',
        status: 'error',
        error: 'Overloaded',
      },
    ]);
    expect(callsIn(rows('events'))).toEqual(calls);
    expect(rows('messages').map(({ role, author, content }) => [role, author, content])).toEqual([
      ['user', null, 'The total is wrong'],
      ['user', null, '[file: cart.ts, text/plain]'],
      ['other', 'thinking', 'Look at the sum first.'],
      ['assistant', null, 'I will read the file.'],
      ['assistant', null, 'Again'],
    ]);
    const records = rows('event_payloads').flatMap(({ call_records }) =>
      call_records === null ? [] : [JSON.parse(call_records ?? '')[0]],
    );
    expect(records[0]).toMatchObject({
      output_tool_calls: [{ call_id: 'c1', name: 'read', arguments_json: '{"filePath":"cart.ts"}' }],
      tool_results: [{ call_id: 'c1', output_text: 'sum += 1' }],
    });
    const order = [...rows('events')].sort((a, b) => Number(a.sequence) - Number(b.sequence));
    expect(order.map(({ event_type, name }) => name ?? event_type)).toEqual([
      'cais',
      'cais',
      'bash',
      'patch',
      'cais',
      'APIError',
    ]);
    expect(
      rows('events')
        .filter(({ error }) => error !== null)
        .map(({ name, error }) => [name, error]),
    ).toEqual([
      ['bash', 'make: no rule'],
      ['APIError', 'Overloaded'],
    ]);
  });

  it('counts an answer once that a fork copied, and those of a session that another started beside its own', async () => {
    const root = join(folder, 'storage');
    await writeStorage(root);
    const write = async (name: string, value: unknown) => {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), JSON.stringify(value));
    };
    // A later session has a smaller name. A fork has new ids and the same answers, then its own.
    const fork = { ...session, id: 'ses_9', title: 'Fix the total (fork #1)' };
    const own = { ...failed, id: 'msg_8', time: { created: T + 20_000, completed: T + 21_000 } };
    const copied = [
      { ...user, id: 'msg_5' },
      { ...assistant, id: 'msg_6' },
    ];
    await write('session/p1/ses_9.json', fork);
    for (const one of [...copied, own]) await write(`message/ses_9/${one.id}.json`, one);
    for (const part of parts.msg_2 ?? []) await write(`part/msg_6/${String(part.id)}.json`, part);
    const child = { ...session, id: 'ses_8', parentID: 'ses_a' };
    await write('session/p1/ses_8.json', child);
    const started = { created: T + 2_000, completed: T + 3_000 };
    await write('message/ses_8/msg_7.json', { ...assistant, id: 'msg_7', time: started });
    const { rows, warnings } = await readAll(folder);
    const answer = ['claude-sonnet-4-20250514', '120', '40', '900', '1095', '0.0125', 'reported'];
    expect(callsIn(rows('events'))).toEqual([...calls, calls[2], answer]);
    const copies = rows('events').filter(({ name }) => name?.includes('counted in ses_a') === true);
    expect(copies.map(({ session_id, output_tokens }) => [session_id, output_tokens])).toEqual([
      ['ses_9', null],
      ['ses_9', null],
    ]);
    expect(warnings.map(({ at, count }) => [at, count])).toEqual([['session ses_9', 1]]);
    const told = rows('sessions').map(({ session_id, metadata }) => {
      const { forked_from, parent_session_id } = JSON.parse(metadata ?? '{}');
      return [session_id, forked_from, parent_session_id];
    });
    expect(told).toEqual([
      ['ses_a', undefined, undefined],
      ['ses_9', 'ses_a', undefined],
      ['ses_8', undefined, 'ses_a'],
    ]);
  });

  it('takes what an answer took from its message where its steps do not say it', async () => {
    await writeStorage(folder);
    for (const id of ['prt_5', 'prt_8']) {
      const step = parts.msg_2?.find((part) => part.id === id);
      const { tokens: _, cost: __, ...bare } = step ?? {};
      await writeFile(join(folder, `part/msg_2/${id}.json`), JSON.stringify(bare));
    }
    const { rows } = await readAll(folder);
    expect(rows('events').map(({ output_tokens, cost_usd }) => [output_tokens, cost_usd])).toEqual(
      expect.arrayContaining([
        [null, null],
        ['40', '0.0125'],
      ]),
    );
  });

  it('reads the same from its SQLite database, and says what is no JSON', async () => {
    const path = join(folder, 'opencode.db');
    writeDatabase(path);
    const { sources, rows, warnings, files } = await readAll(path);
    expect(sources).toMatchObject([{ format: 'opencode', dialect: 'sqlite' }]);
    expect(callsIn(rows('events'))).toEqual(calls);
    expect(warnings).toEqual([{ at: 'part bad', message: 'The data is no JSON object.', count: 1 }]);
    expect(files).toMatchObject([{ skipped: 1 }]);
    expect(rows('timesteps')).toMatchObject([{ step_id: 'Turn 1', started_at: '2025-10-09T08:53:20.000' }]);
  });

  it('reads a session from the database that took it in, and from the files beside it what it did not', async () => {
    writeDatabase(join(folder, 'opencode.db'));
    await writeStorage(join(folder, 'storage'));
    const same = await readAll(folder);
    expect(same.sources.map(({ dialect }) => dialect)).toEqual(['sqlite']);
    expect(callsIn(same.rows('events'))).toEqual(calls);
    const later = { ...session, id: 'ses_later', title: 'Not taken in' };
    await writeFile(join(folder, 'storage/session/p1/ses_later.json'), JSON.stringify(later));
    const both = await readAll(folder);
    expect(both.rows('sessions').map(({ session_id }) => session_id)).toEqual(['ses_a', 'ses_later']);
    expect(callsIn(both.rows('events'))).toEqual(calls);
  });

  it('reads messages that are whole in their row, and of a session told both ways what is only there', async () => {
    const path = join(folder, 'opencode.db');
    writeDatabase(path);
    const database = new Database(path);
    database.exec(`
      CREATE TABLE session_message (id text PRIMARY KEY, session_id text, type text, seq integer, time_created integer, time_updated integer, data text);
      INSERT INTO session (id, directory, title, version, time_created, time_updated) VALUES ('ses_b', '/work/shop', NULL, '2.0', ${T + 1}, 0);`);
    const say = database.prepare('INSERT INTO session_message VALUES (?, ?, ?, ?, ?, ?, ?)');
    const model = { id: 'gpt-5', providerID: 'openai' };
    const answer = { agent: 'build', model, cost: 0.5, tokens: { ...tokens, reasoning: 0 }, finish: 'stop' };
    const tool = {
      type: 'tool',
      id: 'c9',
      name: 'ls',
      state: { status: 'completed', input: { path: '.' }, content: [{ type: 'text', text: 'cart.ts' }] },
      time: { created: 1, ran: 2, completed: 5 },
    };
    const written: [string, string, number, unknown][] = [
      // All of it is told by messages with parts, which changed at T last.
      ['ses_a', 'assistant', T, { ...answer, content: [{ type: 'text', text: 'Twice' }] }],
      ['ses_a', 'user', T + 50_000, { text: 'Go on' }],
      ['ses_b', 'user', T + 1, { text: 'What is there?', files: [{ name: 'a.png', mime: 'image/png' }] }],
      ['ses_b', 'assistant', T + 2, { ...answer, content: [{ type: 'text', text: 'I look.' }, tool] }],
      ['ses_b', 'compaction', T + 3, { status: 'completed', summary: 'A cart.', cost: 0.25, tokens }],
      [
        'ses_b',
        'assistant',
        T + 4,
        { agent: 'build', model, content: [], error: { type: 'api', message: 'Away' } },
      ],
      ['ses_b', 'idle', T + 5, { outcome: 'failed' }],
      ['ses_b', 'hologram', T + 6, { text: 'new' }],
    ];
    for (const [index, [id, type, time, data]] of written.entries())
      say.run(`msg_${index}`, id, type, index, time, time, JSON.stringify(data));
    database.close();
    const { rows, warnings } = await readAll(path);
    const of = (table: 'events' | 'messages', id: string) =>
      rows(table).filter(({ session_id }) => session_id === id);
    expect(callsIn(of('events', 'ses_a'))).toEqual(calls);
    expect(of('messages', 'ses_a').at(-1)?.content).toBe('Go on');
    expect(of('messages', 'ses_b').map(({ role, author, content }) => [role, author, content])).toEqual([
      ['user', null, 'What is there?'],
      ['user', null, '[file: a.png, image/png]'],
      ['assistant', null, 'I look.'],
      ['system', 'compact summary', 'A cart.'],
    ]);
    expect(callsIn(of('events', 'ses_b'))).toEqual([
      ['gpt-5', '1050', '40', '900', '1090', '0.5', 'reported'],
      [null, '1050', '40', '900', '1095', '0.25', 'reported'],
      ['gpt-5', null, null, null, null, null, 'unpriced'],
    ]);
    expect(JSON.stringify(rows('event_payloads').map(({ call_records }) => call_records))).toContain(
      'cart.ts',
    );
    expect(
      rows('sessions').map(({ session_id, title, status }) => [session_id, title, status]),
    ).toContainEqual(['ses_b', 'What is there?', 'error']);
    expect(warnings.map(({ message }) => message)).toContain(
      'Parts of the kind “hologram” are not known: they are shown as they are.',
    );
  });

  it('takes what a session took in all where none of its messages is left to tell it', async () => {
    const path = join(folder, 'opencode.db');
    writeDatabase(path);
    const database = new Database(path);
    for (const column of ['cost', 'tokens_input', 'tokens_output', 'tokens_reasoning'])
      database.exec(`ALTER TABLE session ADD COLUMN ${column} DEFAULT 7`);
    for (const column of ['tokens_cache_read', 'tokens_cache_write'])
      database.exec(`ALTER TABLE session ADD COLUMN ${column} DEFAULT 2`);
    database.exec(
      "INSERT INTO session (id, title, time_created, time_updated) VALUES ('ses_gone', 'Gone', 1, 1)",
    );
    database.close();
    const { rows } = await readAll(path);
    expect(callsIn(rows('events'))).toEqual(calls);
    expect(
      rows('events')
        .filter(({ session_id }) => session_id === 'ses_gone')
        .map((row) => [row.event_type, row.name, row.input_tokens, row.total_tokens, row.cost_usd]),
    ).toEqual([['runtime', 'session, all calls', '11', '25', '7']]);
  });

  it('reads the same from what it exports, and what came before the export breaks off', async () => {
    const messages = [user, assistant, failed].map((info) => ({ info, parts: parts[info.id] }));
    const text = JSON.stringify({ info: session, messages }, null, 2);
    await writeFile(join(folder, 'session.json'), text);
    const { sources, rows, warnings } = await readAll(join(folder, 'session.json'));
    expect([sources.map(({ format }) => format), warnings]).toEqual([['opencode-export'], []]);
    expect(
      rows('sessions').map(({ session_id, title, experiment_id }) => [session_id, title, experiment_id]),
    ).toEqual([['ses_a', 'Fix the total', '/work/shop']]);
    expect(callsIn(rows('events'))).toEqual(calls);
    await writeFile(join(folder, 'cut.json'), text.slice(0, text.indexOf('"msg_3"')));
    const cut = await readAll(join(folder, 'cut.json'));
    expect(callsIn(cut.rows('events'))).toEqual(calls.slice(0, 2));
    expect(cut.warnings.map(({ message }) => message)).toEqual([
      'The file breaks off: what came before is shown.',
    ]);
  });

  it('reads an export that is too large for one piece message by message, to the same rows', async () => {
    const messages = [user, assistant, failed].map((info) => ({ info, parts: parts[info.id] }));
    const text = JSON.stringify([
      { info: session, messages },
      { info: { ...session, id: 'ses_b' }, messages: [{ info: user, parts: parts.msg_1 }] },
    ]);
    const place = text.indexOf('"messages"');
    const path = join(folder, 'session.json');
    await writeFile(path, text);
    const small = await readAll(path);
    await writeFile(path, text.slice(0, place) + ' '.repeat(64_000_000) + text.slice(place));
    const large = await readAll(path);
    expect(callsIn(large.rows('events'))).toEqual(calls);
    expect(large.rows('sessions').map(({ session_id }) => session_id)).toEqual(['ses_a', 'ses_b']);
    for (const table of ['sessions', 'timesteps', 'events', 'messages'] as const)
      expect(large.rows(table)).toEqual(small.rows(table));
    expect(large.warnings).toEqual([]);
  });

  it('reads databases of the Go versions: tools meet their results across messages, the dollars of a session are counted once', async () => {
    const path = join(folder, 'go.db');
    const database = new Database(path);
    database.exec(`
      CREATE TABLE sessions (id TEXT PRIMARY KEY, parent_session_id TEXT, title TEXT, message_count INTEGER, prompt_tokens INTEGER, completion_tokens INTEGER, cost REAL, updated_at INTEGER, created_at INTEGER);
      CREATE TABLE messages (id TEXT PRIMARY KEY, session_id TEXT, role TEXT, parts TEXT, model TEXT, created_at INTEGER, updated_at INTEGER, finished_at INTEGER);
      INSERT INTO sessions VALUES ('s1', NULL, 'Count', 3, 800, 90, 0.04, 1760000009, 1760000000), ('s2', 's1', 'Sub', 1, 10, 5, 0.01, 1760000005, 1760000004), ('s3', NULL, 'Emptied', 0, 30, 6, 0.02, 1760000005, 1760000004), ('s4', 'gone', 'Left', 0, 30, 6, 0.03, 1760000005, 1760000004);`);
    const say = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    const call = { id: 't1', name: 'ls', input: '{"path":"."}', type: 'function', finished: true };
    say.run(
      'm1',
      's1',
      'user',
      JSON.stringify([{ type: 'text', data: { text: 'How many?' } }]),
      null,
      1_760_000_000,
      0,
      null,
    );
    say.run(
      'm2',
      's1',
      'assistant',
      JSON.stringify([
        { type: 'text', data: { text: 'Looking.' } },
        { type: 'tool_call', data: call },
        { type: 'finish', data: { reason: 'tool_use' } },
      ]),
      'gpt-4.1',
      1_760_000_001,
      0,
      1_760_000_003,
    );
    say.run(
      'm3',
      's1',
      'tool',
      JSON.stringify([
        { type: 'tool_result', data: { tool_call_id: 't1', content: 'a b', is_error: false } },
      ]),
      null,
      1_760_000_003,
      0,
      null,
    );
    say.run(
      'm4',
      's1',
      'assistant',
      JSON.stringify([{ type: 'text', data: { text: 'Two.' } }]),
      'gpt-4.1',
      1_760_000_004,
      0,
      1_760_000_006,
    );
    say.run('m6', 's1', 'user', '[{"type":"text","data":{"text":"And?"}}]', null, 1_760_000_007, 0, null);
    say.run(
      'm5',
      's2',
      'assistant',
      JSON.stringify([{ type: 'text', data: { text: 'Sub.' } }]),
      'gpt-4.1',
      1_760_000_004,
      0,
      1_760_000_005,
    );
    database.close();
    const { sources, rows } = await readAll(path);
    expect(sources).toMatchObject([{ format: 'opencode', dialect: 'go' }]);
    expect(callsIn(rows('events').filter(({ session_id }) => session_id === 's1'))).toEqual([
      ['gpt-4.1', null, null, null, null, null, 'unpriced'],
      ['gpt-4.1', '800', '90', null, '890', '0.04', 'reported'],
    ]);
    expect(
      rows('events')
        .filter(({ session_id }) => session_id === 's2')
        .map(({ cost_usd }) => cost_usd),
    ).toEqual([null]);
    expect(
      rows('events')
        .filter(({ session_id }) => session_id === 's3')
        .map(({ event_type, input_tokens, cost_usd }) => [event_type, input_tokens, cost_usd]),
    ).toEqual([['runtime', '30', '0.02']]);
    // The session that started it was deleted, and its cost with it.
    expect(
      rows('events')
        .filter(({ session_id }) => session_id === 's4')
        .map(({ cost_usd }) => cost_usd),
    ).toEqual(['0.03']);
    expect(
      rows('events')
        .filter(({ event_type }) => event_type === 'cais')
        .map(({ latency_ms }) => latency_ms),
    ).toContain('2000');
    expect(JSON.stringify(rows('event_payloads').map(({ call_records }) => call_records))).toContain('a b');
    expect(rows('messages').some(({ role }) => role === 'tool_result')).toBe(false);
  });

  const real = 'opencode-synth-tui';
  it.skipIf(!hasShared(real))(
    `opens a database whose schema is still in its WAL, and leaves all its files as they are${needsShared(real)}`,
    async () => {
      const copy = join(folder, 'opencode');
      await cp(join(sharedData, real), copy, { recursive: true });
      const before = await hashes(copy);
      const { sources, rows, failures } = await readAll(join(copy, 'opencode.db'));
      expect([sources, failures]).toEqual([[{ format: 'opencode', dialect: 'go', name: 'opencode.db' }], []]);
      expect(rows('sessions')).toEqual([]);
      expect(await hashes(copy)).toEqual(before);
    },
  );
});

async function hashes(path: string): Promise<string[]> {
  const names = (await readdir(path)).sort();
  return Promise.all(
    names.map(
      async (name) =>
        `${name} ${createHash('sha256')
          .update(await readFile(join(path, name)))
          .digest('hex')}`,
    ),
  );
}
