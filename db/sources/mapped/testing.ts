import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../../duckdb';
import type { Mapping } from '../../model';
import { type ReadPath, readAll } from '../read-all';
import { previewPath, surveyPath } from './mapped';

/** For tests: a folder with files of unknown schemas, gone with its scope. */
export class Files implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'stepscope-mapped-'));

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs SQL with DuckDB; `$file` is the path. */
  async duckdb(name: string, statements: readonly string[]): Promise<string> {
    const path = this.path(name);
    const instance = await DuckDBInstance.create(name.endsWith('.duckdb') ? path : ':memory:');
    const connection = await instance.connect();
    for (const sql of statements) await connection.run(sql.replaceAll('$file', literal(path)));
    connection.closeSync();
    instance.closeSync();
    return path;
  }

  async propose(path: string): Promise<Mapping> {
    const { proposal } = await surveyPath(path, this, new AbortController().signal);
    return proposal;
  }

  survey(path: string) {
    return surveyPath(path, this, new AbortController().signal);
  }

  preview(path: string, mapping: Mapping) {
    return previewPath(path, mapping, { folder: this.folder, signal: new AbortController().signal });
  }

  /** All rows, as the mapping that is proposed (or given) reads them. */
  async read(path: string, mapping?: Mapping): Promise<ReadPath> {
    return readAll(path, { mapping: mapping ?? (await this.propose(path)) });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Which field takes which column: `event.model ← llm`. */
export function summaryOf(mapping: Mapping): string[] {
  return mapping.entries.flatMap(({ table, kind, fields }) => [
    `${table} → ${kind}`,
    ...Object.entries(fields).map(([name, field]) =>
      'column' in field
        ? `${kind}.${name} ← ${[field.column, ...(field.path ?? [])].join('.')}${field.unit === undefined ? '' : ` (${field.unit})`}`
        : `${kind}.${name} = ${field.value}`,
    ),
  ]);
}
