import { createHash, type Hash } from 'node:crypto';
import type { InValue, Value } from '@libsql/client';
import { z } from 'zod';
import type { MigrationReport } from '../model';
import { wholeCents } from './rows/cents';
import { readRows } from './rows/read-rows';
import type { Figures, V3Row } from './rows/to-v3';
import { type V2Table, v2TableNames } from './source/tables';
import { v3Tables } from './target/columns';
import { basesOf, keysOf } from './target/runs';
import brokenKeysSql from './target/sql/broken-keys.sql?raw';
import { type MigrationOptions, stopIfAsked } from './types';
import { type Migration, rowsOf } from './write';

export type Verification = Pick<MigrationReport, 'sums' | 'foreignKeys' | 'differences'> & {
  readonly isEqual: boolean;
  readonly tables: Readonly<Record<V2Table, { found: number; checksum: string; foundChecksum: string }>>;
};

const SHOWN_DIFFERENCES = 20;
type FoundRow = readonly Value[];

/** Reads both sides once more and compares: each row by its checksum, sums of what counts, references, numbers of rows. */
export async function verifyRun(migration: Migration, options: MigrationOptions): Promise<Verification> {
  const { prepared } = migration;
  const bases = basesOf(migration.plan.numbers);
  const half = rowsOf(prepared.batches);
  const tables = new Map<V2Table, TableCheck>(v2TableNames.map((name) => [name, new TableCheck()]));
  const sums = new Sums();
  const differences: string[] = [];
  let done = half;
  for (const batch of prepared.batches) {
    const phase = `Verifying ${v3Tables[batch.table].name}`;
    options.report({ phase, done, total: 2 * half, unit: 'rows' });
    stopIfAsked(options.signal);
    const expected = await readRows(migration.source, batch, { bases, signal: options.signal });
    const found = await findRows(migration, batch.table, batch.number);
    for (const row of expected) {
      const other = found.get(String(row.key));
      const wrong = tables.get(batch.table)?.compare(batch.table, row, other);
      if (wrong !== undefined) differences.push(wrong);
      if (row.figures !== undefined) sums.add(row.figures, other);
    }
    const extra = found.size - expected.length;
    if (extra > 0) differences.push(`${v3Tables[batch.table].name}: ${extra} rows more than there should be`);
    done += batch.rows;
    options.report({ phase, done, total: 2 * half, unit: 'rows' });
  }
  const foreignKeys = await brokenKeys(migration);
  const told = sums.tell();
  const isEqual =
    differences.length === 0 &&
    told.every((each) => each.isEqual) &&
    foreignKeys.every((each) => each.broken === 0);
  const results = Object.fromEntries([...tables].map(([name, check]) => [name, check.result()]));
  return {
    isEqual,
    differences: differences.slice(0, SHOWN_DIFFERENCES),
    sums: told,
    foreignKeys,
    tables: results as Verification['tables'],
  };
}

async function findRows(
  { runId, target }: Migration,
  table: V2Table,
  number: number,
): Promise<Map<string, FoundRow>> {
  const { name, columns } = v3Tables[table];
  const [key = ''] = columns;
  const keys = await keysOf(target, runId, number);
  const sql = `SELECT ${columns.join(', ')} FROM ${name} WHERE ${key} IN (SELECT value FROM json_each(?1))`;
  const rows = await target.values(sql, [keys]);
  return new Map(rows.map((row) => [String(row[0]), row]));
}

/** The checksums of a table's rows, on both sides. */
class TableCheck {
  private readonly expected = createHash('sha256');
  private readonly actual = createHash('sha256');
  private found = 0;

  /** What differs, if anything does. */
  compare(table: V2Table, row: V3Row, other: FoundRow | undefined): string | undefined {
    const { name, columns } = v3Tables[table];
    const wanted = checksum(row.values);
    this.expected.update(wanted);
    if (other === undefined) return `${name} ${row.key} is missing`;
    const got = checksum(other);
    this.actual.update(got);
    if (wanted === got) {
      this.found += 1;
      return undefined;
    }
    const wrong = columns.filter((_, at) => plain(row.values[at] ?? null) !== plain(other[at] ?? null));
    return `${name} ${row.key} differs in ${wrong.join(', ')}`;
  }

  result(): { found: number; checksum: string; foundChecksum: string } {
    return { found: this.found, checksum: hex(this.expected), foundChecksum: hex(this.actual) };
  }
}

function hex(hash: Hash): string {
  return hash.copy().digest('hex');
}

function checksum(values: readonly InValue[]): string {
  return createHash('sha256').update(values.map(plain).join('\u001f')).digest('hex');
}

/** A value as SQLite tells values apart: 12 and 12.0 are one, '12' is another. */
function plain(value: InValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `text ${value}`;
  if (typeof value === 'bigint') return `number ${value}`;
  if (typeof value === 'number') return `number ${Number.isInteger(value) ? BigInt(value) : value}`;
  return `other ${String(value)}`;
}

const figureNames = ['inputTokens', 'outputTokens', 'totalTokens', 'costUsd', 'latencyMs', 'reward'] as const;
const usage = z.array(z.object({ usage: z.object({ cost_usd: z.number().nullable() }) }));

/** Sums of tracing v2's own values beside those read back from the target, in the same order, so that floats agree to the last bit. */
class Sums {
  private readonly source = new Map<string, number | bigint>();
  private readonly target = new Map<string, number | bigint>();
  private readonly cents = { source: 0, target: 0 };

  add(figures: Figures, row: FoundRow | undefined): void {
    for (const name of figureNames) addTo(this.source, name, figures[name]);
    this.cents.source += Number(wholeCents(figures.costUsd) ?? 0);
    if (row === undefined) return;
    this.cents.target += numberOf(of(row, 'cost_usd')) ?? 0;
    const found: Figures = {
      inputTokens: wholeOf(of(row, 'input_tokens')),
      outputTokens: wholeOf(of(row, 'output_tokens')),
      totalTokens: wholeOf(of(row, 'total_tokens')),
      costUsd: dollarsOf(of(row, 'call_records')),
      latencyMs: numberOf(of(row, 'latency_ms')),
      reward: numberOf(of(row, 'reward')),
    };
    for (const name of figureNames) addTo(this.target, name, found[name]);
  }

  tell(): MigrationReport['sums'] {
    const equal = figureNames.map((name) => {
      const [source, target] = [String(this.source.get(name) ?? 0), String(this.target.get(name) ?? 0)];
      return { name, source, target, isEqual: source === target };
    });
    const { source, target } = this.cents;
    const cents = {
      name: 'wholeCents',
      source: String(source),
      target: String(target),
      isEqual: source === target,
    };
    return [...equal, cents];
  }
}

function of(row: FoundRow, column: string): Value {
  return row[v3Tables.events.columns.indexOf(column)] ?? null;
}

function addTo(sums: Map<string, number | bigint>, name: string, value: number | bigint | null): void {
  if (value === null) return;
  const before = sums.get(name);
  if (typeof value === 'bigint') sums.set(name, (typeof before === 'bigint' ? before : 0n) + value);
  else sums.set(name, (typeof before === 'number' ? before : 0) + value);
}

function wholeOf(value: unknown): bigint | null {
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}

function dollarsOf(records: unknown): number | null {
  if (typeof records !== 'string') return null;
  return usage.parse(JSON.parse(records))[0]?.usage.cost_usd ?? null;
}

const brokenRow = z.object({ name: z.string(), broken: z.union([z.bigint(), z.number()]).transform(Number) });

async function brokenKeys({ target, plan }: Migration): Promise<MigrationReport['foreignKeys']> {
  const { session_timesteps, events, messages, experimental_systems } = plan.numbers;
  const ranges = [session_timesteps, events, messages, experimental_systems];
  return target.rows(
    brokenKeysSql,
    brokenRow,
    ranges.flatMap(({ base, reserved }) => [base, reserved]),
  );
}
