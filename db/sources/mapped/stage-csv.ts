import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { type Connection, identifier, integer, literal, statement } from '../../duckdb';
import { bytesOf } from '../documents/bytes';
import type { SourceWarning } from '../types';
import { recordsOf, separatorOf } from './kind';
import { encodingWarnings, isUtf16, plainText } from './plain-text';
import { dropFiles, ONLY_TABLE, rowGroupSize, type Staged, type StageOptions, stagedFile } from './staged';

/** A line that is longer is left out and counted. */
const LINE_BYTES = 16_000_000;
/** Rejected lines that are told one by one; the others are counted. */
const TOLD_LINES = 50;

const rejected = statement({
  name: 'mapped.rejected',
  sql: `SELECT line_byte_position AS byte, any_value(error_type) AS error_type FROM rejected GROUP BY line_byte_position ORDER BY line_byte_position`,
  params: z.object({}),
  row: z.object({ byte: integer, error_type: z.string() }),
});

/** Every column as text, so that a value which does not fit is NULL and counted later, and its row stays. */
export async function stageCsv(connection: Connection, options: StageOptions): Promise<Staged> {
  const { kind } = options;
  const staged = await stageAs(connection, options);
  if (kind.encoding !== 'utf-8' || !staged.skipped.some(({ reason }) => reason === NO_UTF8)) return staged;
  // Told by a line that was not looked at before.
  await dropFiles(staged);
  return stageAs(connection, { ...options, kind: { ...kind, encoding: 'windows-1252' } });
}

async function stageAs(connection: Connection, options: StageOptions): Promise<Staged> {
  const { place, kind, folder, signal } = options;
  const text = new TextDecoder(kind.encoding).decode(place.head).replace(/^\uFEFF/, '');
  const separator = separatorOf(text) ?? ',';
  const { header, names } = headerOf(text, separator);
  const columns = new Map(names.map((name) => [name, 'VARCHAR']));
  const list = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const plain = await plainText(options);
  const target = stagedFile(folder, 'parquet');
  await connection.execute('DROP TABLE IF EXISTS rejected; DROP TABLE IF EXISTS rejected_scans');
  const limit = options.mostRows === undefined ? '' : ` LIMIT ${options.mostRows}`;
  const read = `read_csv(${literal(plain.path)}, auto_detect = false, delim = ${literal(separator)}, quote = '"', escape = '"',
    header = ${header}, columns = {${list}}, compression = ${literal(plain.compression)}, max_line_size = ${LINE_BYTES}, buffer_size = ${2 * LINE_BYTES},
    store_rejects = true, rejects_table = 'rejected', rejects_scan = 'rejected_scans', rejects_limit = 0)`;
  try {
    const rows = await connection.execute(
      `COPY (SELECT ${names.map(identifier).join(', ')} FROM ${read}${limit}) TO ${literal(target)} (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE ${rowGroupSize(text)})`,
      {},
      { signal, context: { path: place.path } },
    );
    const lines = await connection.run(rejected, {}, { signal });
    const file = basename(place.path);
    return {
      tables: [{ name: ONLY_TABLE, columns, files: [{ path: target, rows }], isRecord: false }],
      warnings: [
        ...encodingWarnings(file, plain),
        ...(await warningsOf(file, lines, { path: plain.path, signal })),
      ],
      skipped: countByReason(lines.map((line) => reasonOf(line.error_type))),
      notes: notesOf(separator, writtenAs(options), header),
    };
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    if (plain.isTemporary) await rm(plain.path, { force: true });
  }
}

interface Rejected {
  readonly byte: number;
  readonly error_type: string;
}

async function warningsOf(
  file: string,
  rejects: readonly Rejected[],
  text: { readonly path: string; readonly signal: AbortSignal },
): Promise<SourceWarning[]> {
  const first = rejects.slice(0, TOLD_LINES);
  const lines = await linesAt(
    text.path,
    first.map(({ byte }) => byte),
    text.signal,
  );
  const told = first.map(({ error_type }, nth) => ({
    at: `${file}:${lines[nth] ?? 0}`,
    message: `The line was left out: ${reasonOf(error_type)}.`,
    count: 1,
  }));
  const others = rejects.length - told.length;
  if (others > 0)
    told.push({ at: file, message: 'More lines were left out for such reasons.', count: others });
  return told;
}

/** DuckDB counts records; an editor counts lines, and a record may have several. `bytes` rise. */
async function linesAt(path: string, bytes: readonly number[], signal: AbortSignal): Promise<number[]> {
  const lines: number[] = [];
  let line = 1;
  let start = 0;
  if (bytes.length === 0) return lines;
  for await (const block of bytesOf(path, signal)) {
    let from = 0;
    const countTo = (end: number) => {
      for (let at = block.indexOf(10, from); at >= 0 && at < end; at = block.indexOf(10, at + 1)) line += 1;
      from = Math.max(from, end);
    };
    for (
      let next = bytes[lines.length];
      next !== undefined && next <= start + block.length;
      next = bytes[lines.length]
    ) {
      countTo(next - start);
      lines.push(line);
    }
    if (lines.length === bytes.length) break;
    countTo(block.length);
    start += block.length;
  }
  return lines;
}

const NO_UTF8 = 'it is no UTF-8';
const REASONS: Readonly<Record<string, string>> = {
  'MISSING COLUMNS': 'it has too few fields',
  'TOO MANY COLUMNS': 'it has too many fields',
  'UNQUOTED VALUE': 'a quote in it does not end',
  'LINE SIZE OVER MAXIMUM': 'it is longer than 16 MB',
  'INVALID ENCODING': NO_UTF8,
  'INVALID UNICODE': NO_UTF8,
};

function reasonOf(type: string): string {
  return REASONS[type] ?? type.toLowerCase();
}

function countByReason(reasons: readonly string[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count }));
}

/** The encoding of the file itself. */
function writtenAs({ place, kind }: StageOptions): string {
  return isUtf16(place.compression) ? String(place.compression) : kind.encoding;
}

function notesOf(separator: string, encoding: string, hasHeader: boolean): string[] {
  const names: Readonly<Record<string, string>> = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'bar' };
  return [
    `Fields parted by ${names[separator] ?? separator}`,
    encoding === 'utf-8'
      ? 'UTF-8'
      : `read as ${encoding === 'windows-1252' ? 'Latin-1 (Windows-1252), because it is no UTF-8' : encoding.toUpperCase()}`,
    ...(hasHeader ? [] : ['no header line: columns are numbered']),
  ];
}

/** The first record names the columns, unless one of its fields is a value: empty, a number, a time, an id, JSON, or what others say there. */
function headerOf(text: string, separator: string): { header: boolean; names: string[] } {
  const [fields = [], ...others] = recordsOf(text)
    .slice(0, LOOKED_AT)
    .map((one) => fieldsOf(one, separator));
  const isHeader = fields.every((field, at) => {
    const name = field.trim();
    return !VALUE.test(name) && !others.some((other) => other[at]?.trim() === name);
  });
  const names = fields.map((field, at) => (isHeader ? field.trim() : `column ${at + 1}`));
  const seen = new Map<string, number>();
  const unique = names.map((name) => {
    // DuckDB does not tell capital letters apart in names.
    const count = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), count);
    return count === 1 ? name : `${name} (${count})`;
  });
  return { header: isHeader, names: unique };
}

/** Records that tell whether the first is one of them. */
const LOOKED_AT = 20;
const VALUE = /^(?:|[\d$+-][\d.,:TZ+-]*|[\da-f]{8}-[\da-f-]{27}|[{[].*)$/is;

function fieldsOf(record: string, separator: string): string[] {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < record.length; at += 1) {
    const character = record[at] ?? '';
    if (character === '"' && isQuoted && record[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === separator) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field];
}
