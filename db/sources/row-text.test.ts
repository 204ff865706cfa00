import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkLine, type FieldValue, newLine } from './chunk-text';
import { type FieldsOfRow, RowText } from './row-text';

const COLUMNS = ['a', 'b', 'c'] as const;

/** What the file holds, and what was said of it. */
function written(rows: readonly FieldsOfRow[]) {
  const folder = mkdtempSync(join(tmpdir(), 'stepscope-row-text-'));
  try {
    using text = new RowText(() => join(folder, 'rows.txt'));
    const bytes = rows.map((row) => text.addRow(row, COLUMNS));
    const { file, ...said } = text.take();
    return { content: readFileSync(file), bytes, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOf(row: FieldsOfRow): string {
  return chunkLine(COLUMNS.map((column) => fieldOf(row[column]))) + newLine;
}

function fieldOf(value: unknown): FieldValue {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    default:
      return null;
  }
}

function expectLines(rows: readonly FieldsOfRow[]): void {
  const lines = rows.map((row) => Buffer.from(lineOf(row)));
  const { content, bytes, said } = written(rows);
  expect(content.equals(Buffer.concat(lines))).toBe(true);
  expect(bytes).toEqual(lines.map(({ length }) => length));
  expect(said).toEqual({ rows: rows.length, longestBytes: Math.max(0, ...bytes) });
}

test('a row that is written field by field is its line', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom("'", 'a', 'é', '\ud800', '\x1f', '\n'), maxLength: 40 }),
  );
  const value = fc.oneof(
    text,
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(null, undefined, {}, []),
  );
  const row = fc.record({ a: value, b: value, c: value, d: value }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (rows) => expectLines(rows)),
    { seed: 1, numRuns: 25 },
  );
});

test('rows in another order than the table, and rows that have less or more, stand in its order', () => {
  expectLines([
    { c: 'three', b: 2, a: true },
    { a: 1, b: 2 },
    { a: 1, b: 2, c: 3, d: 4 },
  ]);
});

test('rows longer than what is held at once come whole', () => {
  const long = "it's ".repeat(250_000);
  expectLines([
    { a: long, b: 'x', c: `${long}é` },
    { a: 'y', b: long, c: 1n },
  ]);
});
