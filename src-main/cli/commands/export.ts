import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  type ExportManifest,
  exportManifest,
  exportManifestName,
  tableNames,
  toError,
} from '../../../db/model';
import {
  type ExportFormat,
  type ExportLayout,
  exportFormat,
  exportLayout,
  type JobState,
  type SessionRef,
} from '../../contract';
import { UsageError } from '../failure';
import { writeRows } from '../rows';
import type { Terminal } from '../terminal';
import { type OpenOptions, Traces } from '../traces';

export interface ExportOptions extends OpenOptions {
  readonly format: string;
  readonly tables?: string;
  readonly sessions?: string;
  readonly filter: string;
  readonly layout: string;
  readonly overwrite: boolean;
  readonly json?: boolean;
}

/** `export PATH OUT`: the same job as the window's, watched to its end. */
export async function exportTraces(
  terminal: Terminal,
  location: string,
  out: string,
  options: ExportOptions,
): Promise<void> {
  const target = resolve(out);
  const format = parseFormat(options.format);
  const tables = parseTables(options.tables);
  const layout = parseLayout(options);
  await using traces = await Traces.open(location, options, terminal);
  await traces.read();
  const sessions = await findSessions(traces, splitList(options.sessions));
  const { jobId } = await traces.client.jobs.start({
    kind: 'export',
    format,
    target,
    scope: { q: options.filter, ...(sessions === undefined ? {} : { sessions }) },
    ...(tables === undefined ? {} : { tables }),
    overwrite: options.overwrite,
    layout,
  });
  const result = await finish(traces, jobId, terminal);
  if (layout === 'tracing-v2') {
    await reportFiles(
      terminal,
      { target, format, files: fourFiles.parse(result).files },
      options.json ?? false,
    );
    return traces.complain();
  }
  const manifest = exportManifest.parse(JSON.parse(await readFile(join(target, exportManifestName), 'utf8')));
  await report(terminal, target, manifest, options.json ?? false);
  await traces.complain();
}

async function finish(traces: Traces, jobId: string, terminal: Terminal): Promise<JobState['result']> {
  const cancel = () => void traces.client.jobs.cancel({ jobId });
  if (terminal.signal.aborted) cancel();
  terminal.signal.addEventListener('abort', cancel, { once: true });
  try {
    let last: JobState | undefined;
    for await (const state of await traces.client.jobs.watch({ jobId })) {
      last = state;
      terminal.progress(jobLine(state));
    }
    if (last?.status === 'done') return last.result;
    if (last?.failure) throw toError(last.failure);
    throw new Error(last?.phase ?? 'the export ended without a word');
  } finally {
    terminal.progress('');
    terminal.signal.removeEventListener('abort', cancel);
  }
}

function jobLine({ phase, done, total, unit }: JobState): string {
  const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`;
  return `${phase}: ${done.toLocaleString('en-US')}${of} ${unit}`;
}

interface WrittenFile {
  readonly table: string;
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What a job says of an export that has no manifest. */
const fourFiles = z.object({
  files: z.array(z.object({ table: z.string(), file: z.string(), rows: z.number(), bytes: z.number() })),
});

async function report(
  terminal: Terminal,
  target: string,
  { fileFormat, tables }: ExportManifest,
  isJson: boolean,
): Promise<void> {
  const files = tables.map(({ table, file, rows, bytes }) => ({ table, file, rows, bytes }));
  await reportFiles(terminal, { target, format: fileFormat, files }, isJson);
}

async function reportFiles(
  terminal: Terminal,
  { target, format, files }: { target: string; format: string; files: readonly WrittenFile[] },
  isJson: boolean,
): Promise<void> {
  if (isJson) {
    await terminal.write(`${JSON.stringify({ target, format, tables: files })}\n`);
    return;
  }
  async function* batches() {
    yield files.map(({ table, rows, bytes, file }) => [table, rows, bytes, join(target, file)]);
  }
  await writeRows(terminal, { columns: ['table', 'rows', 'bytes', 'file'], batches: batches() }, 'text');
}

/** tracing v2 has its own tables, in Parquet. */
function parseLayout({ layout: text, format, tables }: ExportOptions): ExportLayout {
  const layout = exportLayout.safeParse(text);
  if (!layout.success)
    throw new UsageError(`--layout ${text} is no layout: there are ${exportLayout.options.join(', ')}.`);
  if (layout.data === 'tracing-v2' && (format !== 'parquet' || tables !== undefined))
    throw new UsageError(
      '--layout tracing-v2 is always four Parquet files: leave --format and --tables out.',
    );
  return layout.data;
}

function parseFormat(text: string): ExportFormat {
  const format = exportFormat.safeParse(text);
  if (format.success) return format.data;
  throw new UsageError(`--format ${text} is no format: there are ${exportFormat.options.join(', ')}.`);
}

function parseTables(text: string | undefined): string[] | undefined {
  const names = splitList(text);
  const unknown = names?.find((name) => !(tableNames as string[]).includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`--tables ${unknown} is no table: there are ${tableNames.join(', ')}.`);
}

function splitList(text: string | undefined): string[] | undefined {
  const names = text
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names?.length === 0 ? undefined : names;
}

/** Ids as typed → sessions of the sources. One that is in none of them is a mistake to be told, not left out. */
async function findSessions(
  traces: Traces,
  ids: readonly string[] | undefined,
): Promise<SessionRef[] | undefined> {
  if (ids === undefined) return undefined;
  const wanted = ids.flatMap((sessionId) =>
    traces.sources.map(({ sourceId }): SessionRef => ({ sourceId, sessionId })),
  );
  const found: SessionRef[] = [];
  const sort = { key: 'created', descending: true } as const;
  for (let at = 0; at < wanted.length; at += 500) {
    const sessions = wanted.slice(at, at + 500);
    const page = await traces.client.sessions.list({ scope: { sessions }, sort, offset: 0, limit: 500 });
    found.push(...page.rows.map((row) => row.ref));
  }
  const missing = ids.find((id) => !found.some((ref) => ref.sessionId === id));
  if (missing !== undefined) throw new UsageError(`--sessions ${missing}: there is no such session.`);
  return found;
}
