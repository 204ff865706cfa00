import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { type Connection, integer, literal, statement } from '../../duckdb';
import { ExpectedError } from '../../model';
import type { SourceWarning } from '../types';
import { countByReason, plainText } from './stage-csv';
import { ONLY_TABLE, type Staged, type StageOptions, stagedFile } from './staged';

const LINE_BYTES = 32_000_000;
const TOLD_LINES = 50;

const badLines = (file: string) =>
  statement({
    name: 'mapped.bad-lines',
    sql: `SELECT line, reason FROM (
        SELECT file_row_number + 1 AS line, CASE WHEN record IS NULL AND NOT is_blank THEN 'it is no JSON object' END AS reason
        FROM read_parquet(${literal(file)}, file_row_number = true)
      ) WHERE reason IS NOT NULL ORDER BY line`,
    params: z.object({}),
    row: z.object({ line: integer, reason: z.string() }),
  });

const countRecords = (file: string) =>
  statement({
    name: 'mapped.count-records',
    sql: `SELECT count(record) AS records FROM read_parquet(${literal(file)})`,
    params: z.object({}),
    row: z.object({ records: integer }),
  });

/**
 * Each object as it stands, one a row: what is in it is found by path, so that a key which comes later or has another type in some rows
 * breaks nothing. Lines keep their places, so a row's number is its line.
 */
export async function stageJson(connection: Connection, options: StageOptions): Promise<Staged> {
  const { place, kind, folder, signal } = options;
  const plain = await plainText(options);
  const target = stagedFile(folder, 'parquet');
  const limit = options.mostRows === undefined ? '' : ` LIMIT ${options.mostRows}`;
  const lines = `SELECT CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line END AS record,
      coalesce(trim(line), '') = '' AS is_blank
    FROM read_csv(${literal(plain.path)}, auto_detect = false, delim = '\\x1f', quote = '', escape = '', header = false, columns = {'line': 'VARCHAR'},
      compression = ${literal(plain.compression)}, null_padding = true, strict_mode = false, ignore_errors = true, max_line_size = ${LINE_BYTES}, buffer_size = ${2 * LINE_BYTES})${limit}`;
  const elements = `SELECT CASE WHEN json_type(json) = 'OBJECT' THEN CAST(json AS VARCHAR) END AS record, false AS is_blank
    FROM read_json_objects(${literal(plain.path)}, format = 'array', compression = ${literal(plain.compression === 'none' ? 'uncompressed' : plain.compression)})${limit}`;
  try {
    const rows = await connection.execute(
      `COPY (${kind.isArray ? elements : lines}) TO ${literal(target)} (FORMAT parquet, COMPRESSION lz4_raw)`,
      {},
      { signal, context: { path: place.path } },
    );
    const [counted] = await connection.run(countRecords(target), {}, { signal });
    const bad = await connection.run(badLines(target), {}, { signal });
    return {
      tables: [
        {
          name: ONLY_TABLE,
          columns: new Map([['record', 'JSON']]),
          files: [{ path: target, rows }],
          isRecord: true,
        },
      ],
      warnings: warningsOf(basename(place.path), bad, kind.isArray),
      read: counted?.records ?? 0,
      skipped: countByReason(bad.map(({ reason }) => reason)),
      notes: [kind.isArray ? 'A JSON array' : 'JSON, a value a line'],
    };
  } catch (error) {
    await rm(target, { force: true });
    throw damagedJson(error, place.path);
  } finally {
    if (plain.isTemporary) await rm(plain.path, { force: true });
  }
}

function warningsOf(
  file: string,
  bad: readonly { readonly line: number; readonly reason: string }[],
  isArray: boolean,
): SourceWarning[] {
  const told = bad.slice(0, TOLD_LINES).map(({ line, reason }) => ({
    at: isArray ? `${file}, element ${line}` : `${file}:${line}`,
    message: `Left out: ${reason}.`,
    count: 1,
  }));
  const others = bad.length - told.length;
  if (others > 0) told.push({ at: file, message: 'More were left out for such reasons.', count: others });
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
