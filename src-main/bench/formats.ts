import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type OpenSource, openWorkspace, type Workspace } from '../../db/analytics/workspace';
import { walk } from '../../db/sources';

/** `npm run formats [-- FOLDER]`: opens every file of a folder by itself and prints what it was read as, or the code of its failure. */
interface Line {
  readonly file: string;
  readonly format: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly warnings: number;
  readonly milliseconds: number;
  readonly note: string;
}

const TABLES = ['sessions', 'timesteps', 'events', 'messages', 'spans'] as const;
const NAMED_EXAMPLES = 2;
const MOST_MS = 120_000;

const root = resolve(process.argv[2] ?? '../shared/data');
const home = mkdtempSync(join(tmpdir(), 'stepscope-formats-'));
try {
  print(await run());
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function run(): Promise<Line[]> {
  const lines: Line[] = [];
  await using workspace = await openWorkspace({ cacheFolder: join(home, 'cache') });
  const signal = new AbortController().signal;
  for await (const { path, name } of walk(root, { signal })) lines.push(await tryOne(workspace, path, name));
  return lines;
}

/** A DuckDB file that travels packed is unpacked first; everything else is opened where it is. */
async function tryOne(workspace: Workspace, path: string, name: string): Promise<Line> {
  const isPackedDatabase = name.endsWith('.db.gz');
  const opened = isPackedDatabase ? await unpack(path) : path;
  const started = performance.now();
  const signal = AbortSignal.timeout(MOST_MS);
  const [result] = await workspace.open([{ kind: 'path', path: opened }], signal);
  if (result === undefined || result.failure !== null) {
    const { code = 'none', message = '' } = result?.failure ?? {};
    const isUnknown = code === 'FORMAT_UNKNOWN';
    return lineOf(name, { format: isUnknown ? '–' : code, started, note: isUnknown ? '' : message });
  }
  await workspace.settled(signal);
  const sources = workspace.state().sources.filter(({ sourceId }) => result.sourceIds.includes(sourceId));
  const line = lineOf(name, {
    format: formatOf(sources),
    started,
    note: noteOf(workspace, sources),
    sources,
  });
  for (const { sourceId } of sources) await workspace.close(sourceId);
  return line;
}

function lineOf(
  file: string,
  said: { format: string; started: number; note: string; sources?: readonly OpenSource[] },
): Line {
  const rows: Record<string, number> = {};
  for (const source of said.sources ?? [])
    for (const [table, count] of Object.entries(source.rows)) rows[table] = (rows[table] ?? 0) + count;
  const warnings = (said.sources ?? []).reduce((sum, source) => sum + source.warnings, 0);
  const milliseconds = performance.now() - said.started;
  return { file, format: said.format, rows, warnings, milliseconds, note: said.note };
}

function formatOf(sources: readonly OpenSource[]): string {
  return sources
    .map(({ format, dialect }) => (dialect === null ? format : `${format} ${dialect}`))
    .join(', ');
}

/** The first thing that was said of it. */
function noteOf(workspace: Workspace, sources: readonly OpenSource[]): string {
  const [failed] = sources.filter(({ error }) => error !== null);
  if (failed?.error) return `${failed.error.code}: ${failed.error.message}`;
  const [warned] = sources.flatMap(
    ({ sourceId }) => workspace.warnings(sourceId, { offset: 0, limit: 1 }).rows,
  );
  return warned?.message ?? '';
}

async function unpack(path: string): Promise<string> {
  const folder = join(home, 'unpacked');
  await mkdir(folder, { recursive: true });
  const target = join(folder, basename(path, '.gz'));
  await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
  return target;
}

function print(lines: readonly Line[]): void {
  const known = lines.filter(({ format }) => format !== '–');
  const width = Math.min(72, Math.max(4, ...known.map(({ file }) => file.length)));
  const formatWidth = Math.max(6, ...known.map(({ format }) => format.length));
  const head = [
    'file'.padEnd(width),
    'format'.padEnd(formatWidth),
    ...TABLES.map((table) => table.padStart(9)),
    'warnings',
    '      ms',
    ' said',
  ];
  process.stdout.write(`${head.join(' ')}\n`);
  for (const line of known) {
    const cells = [
      shortened(line.file, width).padEnd(width),
      line.format.padEnd(formatWidth),
      ...TABLES.map((table) => String(line.rows[table] ?? '').padStart(9)),
      String(line.warnings).padStart(8),
      line.milliseconds.toFixed(0).padStart(8),
      ` ${line.note.split('\n', 1)[0]?.slice(0, 100) ?? ''}`,
    ];
    process.stdout.write(`${cells.join(' ').trimEnd()}\n`);
  }
  const unknown = lines.filter(({ format }) => format === '–');
  process.stdout.write(`\n${known.length} files read, ${unknown.length} of no known format\n`);
  for (const group of grouped(unknown)) process.stdout.write(`  ${group}\n`);
}

/** Like files of one top folder in one line. */
function grouped(lines: readonly Line[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { file } of lines) {
    const id = `${file.split(/[\\/]/, 1)[0]} ${extname(file)}`;
    groups.set(id, [...(groups.get(id) ?? []), file]);
  }
  return [...groups].map(
    ([id, files]) => `${id}: ${files.length}, as ${files.slice(0, NAMED_EXAMPLES).join(', ')}`,
  );
}

function shortened(name: string, most: number): string {
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}
