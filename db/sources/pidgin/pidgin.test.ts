import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, listValue } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allRuns, carriedRuns, hasAllRuns, needsAllRuns } from '../../testing/pidgin-runs';
import { quote, separator } from '../chunk-text';
import { lookAt } from '../place';
import type { SourceWarning } from '../types';
import { pidgin } from './index';

const textRow = z.record(z.string(), z.string().nullable());
type TextRow = z.infer<typeof textRow>;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pidgin-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Reads a place whole: canonical table → rows as text, read by DuckDB as the mirror does. */
async function readAll(path: string): Promise<{ rows: Map<string, TextRow[]>; warnings: SourceWarning[] }> {
  const signal = new AbortController().signal;
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  const rows = new Map<string, TextRow[]>();
  const warnings: SourceWarning[] = [];
  for (const source of (await pidgin.open(await lookAt(path), signal)) ?? []) {
    await using opened = source;
    const request = {
      cursor: null,
      folder,
      signal,
      warn: (warning: SourceWarning) => warnings.push(warning),
    };
    for await (const { table, columns, content } of opened.read(request)) {
      const found = await connection.runAndReadAll(
        `FROM read_csv($file, delim = $separator, quote = $quote, names = $columns, header = false, all_varchar = true)`,
        { file: content.file, separator, quote, columns: listValue([...columns]) },
      );
      rows.set(table, [...(rows.get(table) ?? []), ...z.array(textRow).parse(found.getRowObjectsJson())]);
    }
  }
  connection.closeSync();
  duckdb.closeSync();
  return { rows, warnings };
}

describe('the Pidgin reader', () => {
  it.skipIf(!hasAllRuns)(
    `finds each conversation of all experiments, whatever their manifests say${needsAllRuns}`,
    async () => {
      const { rows, warnings } = await readAll(join(allRuns, 'experiments'));
      expect(rows.get('sessions')).toHaveLength(38);
      expect(rows.get('timesteps')).toHaveLength(101);
      expect(rows.get('experiments')?.length).toBeGreaterThanOrEqual(38);
      expect(rows.get('sessions')?.every(({ status }) => status === 'completed')).toBe(true);
      expect(warnings.map(({ message }) => message)).toContain(
        'Messages carry local times without a zone; the UTC time of their event is used.',
      );
      expect(warnings.filter(({ at }) => at.endsWith('manifest.json')).length).toBeGreaterThan(0);
    },
  );

  it('finds each conversation of three real experiments', async () => {
    const { rows } = await readAll(carriedRuns);
    expect(rows.get('sessions')).toHaveLength(3);
    expect(rows.get('timesteps')).toHaveLength(12);
    expect(rows.get('sessions')?.every(({ status }) => status === 'completed')).toBe(true);
  });

  it('computes exactly the convergence scores that were recorded', async () => {
    const { rows } = await readAll(hasAllRuns ? join(allRuns, 'experiments') : carriedRuns);
    const metrics = rows.get('turn_metrics') ?? [];
    expect(metrics).toHaveLength(hasAllRuns ? 101 : 12);
    expect(metrics.filter((row) => row.convergence_score !== row.convergence_recorded)).toEqual([]);
  });

  it.skipIf(!hasAllRuns)(
    `counts the tokens of each call once, at the message they follow${needsAllRuns}`,
    async () => {
      const { rows } = await readAll(
        join(allRuns, 'experiments/experiment_3b809c94_test-tokens-display_2025-08-05'),
      );
      const calls = rows.get('events')?.filter(({ event_type }) => event_type === 'cais') ?? [];
      expect(calls).toHaveLength(6);
      const sum = (column: string) => calls.reduce((total, row) => total + Number(row[column]), 0);
      expect([sum('input_tokens'), sum('output_tokens')]).toEqual([938, 376]);
      expect(calls.every(({ cost_basis }) => cost_basis === 'priced')).toBe(true);
      expect(calls[0]?.occurred_at).toBe('2025-08-05T18:52:21.272469');
    },
  );

  it.skipIf(!hasAllRuns)(
    `opens one events file of the older shape with its fields below 'data'${needsAllRuns}`,
    async () => {
      const { rows } = await readAll(join(allRuns, 'conversations/2025-06-16/113151_54w85/events.jsonl'));
      expect(rows.get('sessions')).toHaveLength(1);
      expect(rows.get('messages')?.length).toBeGreaterThan(2);
    },
  );

  it('leaves other files alone', async () => {
    const signal = new AbortController().signal;
    expect(await pidgin.open(await lookAt(import.meta.filename), signal)).toBeUndefined();
    expect(await pidgin.open(await lookAt(import.meta.dirname), signal)).toBeUndefined();
  });
});
