import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database, statement } from '../../duckdb';
import type { TableName } from '../../model';
import { type Chunk, openPath, type StageName } from '../../sources';
import { chunkLine, type FieldValue } from '../../sources/chunk-text';
import { Mirror } from './mirror';
import type { Landed } from './session-sums';
import { landedBy, type SyncOptions, sync } from './sync';

const counts = statement({
  name: 'test.counts',
  sql: 'SELECT steps, events, messages, lm_calls, errors FROM mirror_a.session_stats ORDER BY session_id',
  params: z.object({}),
  row: z.record(z.string(), z.number().nullable()),
});
const nothing: Landed = { steps: false, events: false, messages: false };

test('a stage has landed when a later one begins, and stays so when stages begin again', () => {
  const stages = ['sessions', 'timesteps', 'events', 'messages', 'payloads', 'end', 'sessions'] as const;
  let landed = nothing;
  const seen = stages.map((stage) => {
    landed = landedBy(stage, landed);
    return Object.entries(landed).flatMap(([name, isOver]) => (isOver ? [name] : []));
  });
  const [steps, events, all] = [['steps'], ['steps', 'events'], ['steps', 'events', 'messages']];
  expect(seen).toEqual([[], [], steps, events, all, all, all]);
});

test('while a stage is being read, what a session has none of yet is unknown, and what it has counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-sync-'));
  {
    await using database = await Database.open();
    const file = join(folder, 'a.duckdb');
    await using mirror = await Mirror.open(database, { sourceId: 'a', file, isPrivate: false });
    let landed = nothing;
    const land = async (stage: StageName, table: TableName, rows: Record<string, FieldValue>[]) => {
      landed = landedBy(stage, landed);
      const text = join(folder, `${table}.txt`);
      await writeFile(text, rows.map((row) => `${chunkLine(Object.values(row))}\n`).join(''));
      const chunk: Chunk = {
        stage,
        table,
        columns: Object.keys(rows[0] ?? {}),
        content: { kind: 'text', file: text, longestBytes: 1_000 },
        rows: rows.length,
        mode: 'append',
        cursor: {},
        total: null,
      };
      await mirror.land([chunk], landed, new AbortController().signal);
      return database.run(counts, {});
    };
    const unknown = { steps: null, events: null, messages: null, lm_calls: null, errors: null };
    const sessions = ['s1', 's2'].map((id, at) => ({
      session_id: id,
      kind: 'session',
      status: 'unknown',
      session_no: at + 1,
    }));
    expect(await land('sessions', 'sessions', sessions)).toEqual([unknown, unknown]);
    expect(await land('timesteps', 'timesteps', [{ step_key: 1, session_id: 's1' }])).toEqual([
      { ...unknown, steps: 1 },
      unknown,
    ]);
    const event = { event_key: 1, session_id: 's1', event_type: 'environment' };
    const during = await land('events', 'events', [event]);
    expect(during[0]).toEqual({ ...unknown, steps: 1, events: 1 });
    landed = landedBy('end', landed);
    await mirror.sumAll(landed, new AbortController().signal);
    expect(await database.run(counts, {})).toEqual([
      { steps: 1, events: 1, messages: 0, lm_calls: 0, errors: 0 },
      { steps: 0, events: 0, messages: 0, lm_calls: 0, errors: 0 },
    ]);
  }
  await rm(folder, { recursive: true });
});

test('a reading that goes on after an interruption says what was said of the files that it does not read again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-sync-'));
  {
    const logs = join(folder, 'logs');
    await mkdir(logs);
    const line = (name: string, text: string) =>
      JSON.stringify({
        type: 'user',
        sessionId: name,
        timestamp: '2025-10-01T08:00:00Z',
        message: { content: text },
      });
    // The first batch is full in the middle of the second file: its cursor holds the first.
    const texts = {
      'first.jsonl': `${line('first', 'Hello')}\nno JSON\n`,
      'second.jsonl': `${line('second', 'x'.repeat(1_500_000))}\nno JSON either\n`,
    };
    for (const [index, [name, text]] of Object.entries(texts).entries()) {
      await writeFile(join(logs, name), text);
      await utimes(join(logs, name), 1_700_000_000 - index, 1_700_000_000 - index);
    }
    await using database = await Database.open();
    const file = join(folder, 'a.duckdb');
    await using mirror = await Mirror.open(database, { sourceId: 'a', file, isPrivate: false });
    const [source] = (await openPath(logs, new AbortController().signal)).sources;
    if (source === undefined) throw new Error('The logs were not recognised.');
    const read = (controller: AbortController, onChunk: () => void) => {
      const options: SyncOptions = {
        folder,
        signal: controller.signal,
        onChunk,
        warn: () => undefined,
        report: () => undefined,
        renew: () => undefined,
      };
      return sync(mirror, source, options);
    };
    const interrupted = new AbortController();
    await expect(read(interrupted, () => interrupted.abort())).rejects.toThrow();
    expect(mirror.meta.isComplete).toBe(false);
    await read(new AbortController(), () => undefined);
    expect(mirror.meta.warnings.map(({ at }) => at).sort()).toEqual(['first.jsonl:2', 'second.jsonl:2']);
    expect(mirror.meta.files.map(({ file: name, skipped }) => [name, skipped]).sort()).toEqual([
      ['first.jsonl', 1],
      ['second.jsonl', 1],
    ]);
  }
  await rm(folder, { recursive: true });
});
