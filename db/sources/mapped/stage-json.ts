import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { type Connection, integer, literal, statement } from '../../duckdb';
import { ExpectedError, type MappedColumn } from '../../model';
import type { SourceWarning } from '../types';
import { encodingWarnings, type PlainText, plainText } from './plain-text';
import { pathOf, recordRestSql } from './record-sql';
import { dropFiles, ONLY_TABLE, rowGroupSize, type Staged, type StageOptions, stagedFile } from './staged';

/** A line that is longer is left out and counted. */
const LINE_BYTES = 16_000_000;
const TOLD_LINES = 50;

const countRows = (file: string) =>
  statement({
    name: 'mapped.count-records',
    sql: `SELECT count(*) FILTER (WHERE is_object) AS records FROM read_parquet(${literal(file)})`,
    params: z.object({}),
    row: z.object({ records: integer }),
  });

const badLines = (file: string) =>
  statement({
    name: 'mapped.bad-lines',
    sql: `SELECT file_row_number + 1 AS line FROM read_parquet(${literal(file)}, file_row_number = true)
      WHERE NOT is_object AND NOT is_blank ORDER BY line`,
    params: z.object({}),
    row: z.object({ line: integer }),
  });

const tooLong = statement({
  name: 'mapped.too-long',
  sql: 'SELECT count(DISTINCT line) AS lines FROM rejected_lines',
  params: z.object({}),
  row: z.object({ lines: integer }),
});

const foreign = statement({
  name: 'mapped.foreign-lines',
  sql: `SELECT count(DISTINCT line) AS lines FROM rejected_lines WHERE error_type IN ('INVALID ENCODING', 'INVALID UNICODE')`,
  params: z.object({}),
  row: z.object({ lines: integer }),
});

/**
 * A row for each object: what is wanted of it, by path, and the rest; or the object as it is. So a key which comes later or has another
 * type in some rows breaks nothing. Lines keep their places: a row's number is its line.
 */
export async function stageJson(connection: Connection, options: StageOptions): Promise<Staged> {
  const { kind } = options;
  const staged = await stageAs(connection, options);
  if (kind.encoding !== 'utf-8' || kind.isArray || (await foreignIn(connection, options.signal)) === 0)
    return staged;
  // Told by a line that was not looked at before.
  await dropFiles(staged);
  return stageAs(connection, { ...options, kind: { ...kind, encoding: 'windows-1252' } });
}

async function foreignIn(connection: Connection, signal: AbortSignal): Promise<number> {
  const [found] = await connection.run(foreign, {}, { signal });
  return found?.lines ?? 0;
}

async function stageAs(connection: Connection, options: StageOptions): Promise<Staged> {
  const { place, kind, folder, signal, fields } = options;
  const plain = await plainText(options);
  const target = stagedFile(folder, 'parquet');
  const paths = new Map([...new Set((fields ?? []).map(pathOf))].map((path, at) => [path, `path_${at}`]));
  await connection.execute('DROP TABLE IF EXISTS rejected_lines; DROP TABLE IF EXISTS rejected_line_scans');
  const head = new TextDecoder(kind.encoding).decode(place.head);
  const sql = `COPY (${recordsSql(kind.isArray ? elementsSql(plain) : linesSql(plain), { paths, fields })}${
    options.mostRows === undefined ? '' : ` LIMIT ${options.mostRows}`
  }) TO ${literal(target)} (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE ${kind.isArray ? 4_096 : rowGroupSize(head)})`;
  try {
    const rows = await connection.execute(sql, {}, { signal, context: { path: place.path } });
    const [counted] = await connection.run(countRows(target), {}, { signal });
    const bad = (await connection.run(badLines(target), {}, { signal })).map(({ line }) => line);
    const [long] = kind.isArray ? [] : await connection.run(tooLong, {}, { signal });
    const longLines = long?.lines ?? 0;
    return {
      tables: [
        {
          name: ONLY_TABLE,
          columns: new Map([['record', 'JSON']]),
          files: [{ path: target, rows }],
          isRecord: true,
          paths,
        },
      ],
      warnings: [
        ...encodingWarnings(basename(place.path), plain),
        ...warningsOf(basename(place.path), bad, { isArray: kind.isArray, longLines }),
      ],
      read: counted?.records ?? 0,
      skipped: [
        { reason: NO_OBJECT, count: bad.length },
        { reason: TOO_LONG, count: longLines },
      ].filter(({ count }) => count > 0),
      notes: [kind.isArray ? 'A JSON array' : 'JSON, a value a line'],
    };
  } catch (error) {
    await rm(target, { force: true });
    throw damagedJson(error, place.path);
  } finally {
    if (plain.isTemporary) await rm(plain.path, { force: true });
  }
}

const NO_OBJECT = 'it is no JSON object';
const TOO_LONG = 'it is longer than 16 MB';

/** (record, is_blank): each line that is an object, NULL for what is none. */
function linesSql({ path, compression }: PlainText): string {
  return `SELECT CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line END AS record, coalesce(trim(line), '') = '' AS is_blank
    FROM read_csv(${literal(path)}, auto_detect = false, delim = '\\x1f', quote = '', escape = '', header = false, columns = {'line': 'VARCHAR'},
      compression = ${literal(compression)}, null_padding = true, strict_mode = false, store_rejects = true, rejects_table = 'rejected_lines',
      rejects_scan = 'rejected_line_scans', rejects_limit = 0, max_line_size = ${LINE_BYTES}, buffer_size = ${2 * LINE_BYTES})`;
}

function elementsSql({ path, compression }: PlainText): string {
  const packed = compression === 'none' ? 'uncompressed' : compression;
  return `SELECT CASE WHEN json_type(json) = 'OBJECT' THEN CAST(json AS VARCHAR) END AS record, false AS is_blank
    FROM read_json_objects(${literal(path)}, format = 'array', compression = ${literal(packed)})`;
}

/** All that is wanted of a record is looked for in one pass over it. */
function recordsSql(
  records: string,
  wanted: {
    readonly paths: ReadonlyMap<string, string>;
    readonly fields: readonly MappedColumn[] | undefined;
  },
): string {
  if (wanted.fields === undefined)
    return `SELECT record, record IS NOT NULL AS is_object, is_blank FROM (${records})`;
  const list = [...wanted.paths.keys()].map(literal).join(', ');
  const found = wanted.paths.size === 0 ? '' : `, json_extract_string(record, [${list}]) AS found`;
  const items = [...wanted.paths.values()].map((name, at) => `found[${at + 1}] AS ${name}, `).join('');
  return `SELECT ${items}${recordRestSql('record', wanted.fields)} AS rest, record IS NOT NULL AS is_object, is_blank
    FROM (SELECT record, is_blank${found} FROM (${records}))`;
}

function warningsOf(
  file: string,
  bad: readonly number[],
  { isArray, longLines }: { readonly isArray: boolean; readonly longLines: number },
): SourceWarning[] {
  const told = bad.slice(0, TOLD_LINES).map((line) => ({
    at: isArray ? `${file}, element ${line}` : `${file}:${line}`,
    message: `Left out: ${NO_OBJECT}.`,
    count: 1,
  }));
  const others = bad.length - told.length;
  if (others > 0) told.push({ at: file, message: 'More were left out for such reasons.', count: others });
  if (longLines > 0)
    told.push({ at: file, message: `Lines were left out: longer than 16 MB.`, count: longLines });
  return told;
}

function damagedJson(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !/Malformed JSON|maximum_object_size/.test(error.message)) return error;
  const detail = /at byte .*|"maximum_object_size".*/.exec(error.message)?.[0] ?? 'it is no JSON';
  return new ExpectedError(
    'FORMAT_DAMAGED',
    `${path} is damaged: ${detail}`,
    { path, action: 'Restore it from a copy.', readable: 'nothing', lost: 'every row' },
    { cause: error },
  );
}
