import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { ConnectionPool, literal } from '../../db/analytics/duckdb';
import { openWorkspace, type Workspace } from '../../db/analytics/workspace';
import { dataRoot } from '../../db/runtime';
import { createDataRouter } from '../core/engine';
import { Jobs } from '../core/jobs';
import { dumpWithSqlite, makeCorpus } from './corpus';
import { benchQueries, measureQuery } from './queries';
import { type BenchLine, formatLine } from './report';
import { measureWriters } from './writers';

/** `npm run bench`: measures the design's budgets on corpus M and prints each figure beside its budget. */
const SESSIONS = Number(process.env.STEPSCOPE_BENCH_SESSIONS ?? 20_000);
const never = new AbortController().signal;
const print = (line: BenchLine) => void process.stdout.write(`${formatLine(line)}\n`);

const folder = join(dataRoot(), 'bench');
await mkdir(folder, { recursive: true });
const corpus = makeCorpus(folder, SESSIONS);
const work = await mkdtemp(join(folder, 'run-'));
try {
  await run();
} finally {
  await rm(work, { recursive: true, force: true });
}
process.exit(0);

async function run(): Promise<void> {
  const cacheFolder = join(work, 'cache');
  const dumpMs = dumpWithSqlite(corpus);
  {
    await using workspace = await openWorkspace({ cacheFolder });
    const opened = await openCorpus(workspace);
    print({
      what: 'first sessions, no mirror yet',
      figure: opened.firstMs,
      budget: 300,
      unit: 'ms',
      kind: 'most',
    });
    const ratio = dumpMs === undefined ? undefined : opened.allMs / dumpMs;
    print({ what: 'all stages / sqlite3 -csv', figure: ratio, budget: 1.5, unit: '×', kind: 'most' });
    const megabytes = process.memoryUsage.rss() / 1_048_576;
    print({ what: 'memory after reading', figure: megabytes, budget: 700, unit: 'MB', kind: 'most' });
  }
  await using workspace = await openWorkspace({ cacheFolder });
  const reopened = await openCorpus(workspace);
  print({ what: 'reopen, mirror there', figure: reopened.allMs, budget: 300, unit: 'ms', kind: 'most' });
  await measureQueries(workspace);
  await measureExport(workspace);
  const { ratio, p99Ms } = await measureWriters(join(work, 'store'));
  print({ what: '64 writers / one writer', figure: ratio, budget: 0.9, unit: '×', kind: 'least' });
  print({ what: '64 writers, p99', figure: p99Ms, budget: 250, unit: 'ms', kind: 'most' });
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const { user, system } = process.cpuUsage(before);
  print({ what: 'idle, M open', figure: (user + system) / 50_000, budget: 0.5, unit: '%', kind: 'most' });
}

/** Until sessions can be listed, and until all is read. */
async function openCorpus(workspace: Workspace): Promise<{ firstMs: number; allMs: number }> {
  const client = createRouterClient(createDataRouter(workspace, new Jobs()));
  const started = performance.now();
  let firstMs: number | undefined;
  const look = async () => {
    const { rows } = await client.sessions.list({
      scope: {},
      sort: { key: 'created', descending: true },
      limit: 50,
    });
    if (rows.length > 0) firstMs ??= performance.now() - started;
  };
  using _watching = workspace.onChange(() => void (firstMs === undefined && look()));
  await workspace.open([{ kind: 'path', path: corpus }], never);
  await workspace.settled(never);
  const allMs = performance.now() - started;
  await look();
  return { firstMs: firstMs ?? Number.NaN, allMs };
}

async function measureQueries(workspace: Workspace): Promise<void> {
  const client = createRouterClient(createDataRouter(workspace, new Jobs()));
  const sort = { key: 'created', descending: true } as const;
  const { rows } = await client.sessions.list({
    scope: {},
    sort,
    limit: 500,
    offset: Math.floor(SESSIONS / 3),
  });
  const refs = rows.filter((_, at) => at % 20 === 0).map((row) => row.ref);
  for (const query of benchQueries) {
    const figure = await measureQuery(query, client, refs);
    print({ what: `p95 ${query.name}`, figure, budget: 50, unit: 'ms', kind: 'most' });
  }
}

async function measureExport(workspace: Workspace): Promise<void> {
  const jobs = new Jobs();
  const client = createRouterClient(createDataRouter(workspace, jobs));
  await using pool = new ConnectionPool(() => workspace.connect(), 1);
  const tables = Object.keys(workspace.state().sources[0]?.rows ?? {});
  await mkdir(join(work, 'copy'));
  const copyStarted = performance.now();
  for (const table of tables) {
    const target = literal(join(work, 'copy', `${table}.parquet`));
    await pool.execute(`COPY ${table} TO ${target} (FORMAT parquet, COMPRESSION zstd)`);
  }
  const copyMs = performance.now() - copyStarted;
  const started = performance.now();
  const target = join(work, 'export');
  const { jobId } = await client.jobs.start({ kind: 'export', format: 'parquet', target, scope: {} });
  for await (const state of jobs.watch(jobId, undefined)) {
    if (state.failure !== null) throw new Error(state.failure.message);
  }
  const figure = (performance.now() - started) / copyMs;
  print({ what: "export to Parquet / DuckDB's own COPY", figure, budget: 1.3, unit: '×', kind: 'most' });
}
