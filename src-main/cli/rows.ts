import { toCsvField, toJson, toVisible } from './cells';
import type { Terminal } from './terminal';

/** Rows as they stream from the engine. */
export interface Rows {
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<readonly (readonly unknown[])[]>;
}

export type RowFormat = 'text' | 'json' | 'csv';

/** Writes rows in batches; memory does not grow with their number. */
export async function writeRows(terminal: Terminal, rows: Rows, format: RowFormat): Promise<void> {
  switch (format) {
    case 'csv':
      return writeCsv(terminal, rows);
    case 'json':
      return writeJson(terminal, rows);
    case 'text':
      return writeText(terminal, rows);
  }
}

async function writeCsv(terminal: Terminal, { columns, batches }: Rows): Promise<void> {
  await terminal.write(`${columns.map(toCsvField).join(',')}\n`);
  for await (const batch of batches) {
    await terminal.write(batch.map((row) => `${row.map(toCsvField).join(',')}\n`).join(''));
  }
}

/** An array with one object a line. A second column of the same name gets a number. */
async function writeJson(terminal: Terminal, { columns, batches }: Rows): Promise<void> {
  const names = distinct(columns).map((name) => JSON.stringify(name));
  let before = '[';
  for await (const batch of batches) {
    const lines = batch.map((row) => `{${row.map((cell, at) => `${names[at]}:${toJson(cell)}`).join(',')}}`);
    if (lines.length === 0) continue;
    await terminal.write(`${before}\n${lines.join(',\n')}`);
    before = ',';
  }
  await terminal.write(before === '[' ? '[]\n' : '\n]\n');
}

/** An aligned table. The first batch decides the widths; a longer cell further down stands out rather than being held back. */
async function writeText(terminal: Terminal, { columns, batches }: Rows): Promise<void> {
  let layout: Layout | undefined;
  for await (const batch of batches) {
    const cells = batch.map((row) => row.map(toVisible));
    if (layout === undefined) {
      layout = layOut(columns, batch, cells);
      await terminal.write(heading(columns, layout));
    }
    const known = layout;
    await terminal.write(cells.map((row) => textLine(row, known)).join(''));
  }
  if (layout === undefined) await terminal.write(heading(columns, layOut(columns, [], [])));
}

interface Layout {
  readonly widths: readonly number[];
  readonly isNumeric: readonly boolean[];
}

function layOut(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  cells: readonly (readonly string[])[],
): Layout {
  const widths = columns.map((name, at) =>
    cells.reduce((widest, row) => Math.max(widest, (row[at] ?? '').length), name.length),
  );
  const isNumeric = columns.map((_name, at) =>
    rows.every((row) => row[at] === null || typeof row[at] === 'number' || typeof row[at] === 'bigint'),
  );
  return { widths, isNumeric };
}

function heading(columns: readonly string[], layout: Layout): string {
  return (
    textLine(columns, layout) +
    textLine(
      layout.widths.map((width) => '─'.repeat(width)),
      layout,
    )
  );
}

function textLine(cells: readonly string[], { widths, isNumeric }: Layout): string {
  const padded = cells.map((cell, at) =>
    isNumeric[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
  );
  return `${padded.join('  ').trimEnd()}\n`;
}

function distinct(columns: readonly string[]): string[] {
  const used = new Set<string>();
  return columns.map((name) => {
    let free = name;
    for (let number = 1; used.has(free); number += 1) free = `${name}_${number}`;
    used.add(free);
    return free;
  });
}
