import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, listValue } from '@duckdb/node-api';
import { z } from 'zod';
import { quote, separator } from './chunk-text';
import { documentFormat } from './document-formats';
import { DocumentSource, readDocuments } from './documents';
import { openPath } from './open-path';
import type { Chunk, FileReport, OpenTools, ReadRequest, SourceWarning, TraceSource } from './types';

const textRow = z.record(z.string(), z.string().nullable());
export type TextRow = z.infer<typeof textRow>;

export interface ReadPath {
  readonly sources: readonly {
    readonly format: string;
    readonly dialect: string | null;
    readonly name: string;
  }[];
  /** Rows of a canonical table as text, as DuckDB reads the chunks. */
  rows(table: string): readonly TextRow[];
  readonly warnings: readonly SourceWarning[];
  readonly files: readonly FileReport[];
  readonly failures: readonly { readonly path: string; readonly failure: { readonly code: string } }[];
}

/** For tests: opens a path and reads all of it as the mirror would, in this thread, so that no build is needed. Upserts are only added. */
export async function readAll(path: string, tools: Partial<OpenTools> = {}): Promise<ReadPath> {
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-read-all-'));
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  const tables = new Map<string, TextRow[]>();
  const warnings: SourceWarning[] = [];
  const files: FileReport[] = [];
  const request: ReadRequest = {
    cursor: null,
    folder,
    signal: new AbortController().signal,
    warn: (warning) => warnings.push(warning),
    report: (report) => files.push(report),
    renew: () => undefined,
  };
  try {
    const found = await openPath(path, request.signal, { folder, isSnapshot: false, ...tools });
    for (const source of found.sources) {
      await using opened = source;
      for await (const { table, columns, content } of read(opened, request)) {
        const result =
          content.kind === 'parquet'
            ? await connection.runAndReadAll('SELECT COLUMNS(*)::VARCHAR FROM read_parquet($file)', {
                file: content.file,
              })
            : await connection.runAndReadAll(
                `FROM read_csv($file, delim = $separator, quote = $quote, escape = $quote, new_line = '\\n', names = $columns,
                  nullstr = ['', 'NULL'], allow_quoted_nulls = false, header = false, all_varchar = true, max_line_size = 400000000)`,
                { file: content.file, separator, quote, columns: listValue([...columns]) },
              );
        const rows = z.array(textRow).parse(result.getRowObjectsJson());
        tables.set(table, [...(tables.get(table) ?? []), ...rows]);
      }
    }
    return {
      sources: found.sources.map(({ format, dialect, name }) => ({ format, dialect, name })),
      rows: (table) => tables.get(table) ?? [],
      warnings,
      files,
      failures: found.failures,
    };
  } finally {
    connection.closeSync();
    duckdb.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

async function* read(source: TraceSource, request: ReadRequest): AsyncGenerator<Chunk, void, void> {
  if (!(source instanceof DocumentSource)) {
    yield* source.read(request);
    for await (const _ of source.check?.(request) ?? []);
    return;
  }
  yield* readDocuments(documentFormat(source.format), {
    ...(await source.jobOf(request)),
    ...withoutCursor(request),
  });
}

function withoutCursor({ signal, warn, report, renew }: ReadRequest) {
  return { signal, warn, report, renew };
}
