import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { exportManifest, exportManifestName } from '../../db/model';
import { startApplication } from './application';
import { measureFolder } from './documents';
import { measureExport } from './exporting';
import { measureOpening } from './opening';
import { commandOf, cpuSeconds, processTree } from './processes';
import type { Figure } from './report';

/** The engine rests when it takes less than this share of a core, looked at so often, so many times in a row. */
const RESTING_SHARE = 0.05;
const LOOK_MS = 250;
const RESTS = 8;

export interface ParquetPlan {
  /** Of its own, removed at the end. */
  readonly folder: string;
  /** A trace, or a folder that is an export of one already. */
  readonly corpus: string;
}

/**
 * The corpus exported as Parquet, opened again where nothing is known of it: until every sum is shown, then until its rows are moved in. Its
 * speed is told by its bytes as they are unpacked. The same tables without their manifest, and in the four files of tracing v2.
 */
export async function measureParquet({ folder, corpus }: ParquetPlan): Promise<Figure[]> {
  const isExport = existsSync(join(corpus, exportManifestName));
  const path = isExport ? corpus : join(folder, 'parquet');
  const v2 = join(folder, 'tracing-v2');
  {
    await using application = await startApplication(join(folder, 'exporting-home'));
    await measureOpening(application, corpus);
    if (!isExport) await measureExport(application, path);
    await measureExport(application, v2, 'tracing-v2');
  }
  const { tables } = exportManifest.parse(JSON.parse(readFileSync(join(path, exportManifestName), 'utf8')));
  const plain = join(folder, 'plain-tables');
  mkdirSync(plain);
  for (const { file } of tables) copyFileSync(join(path, file), join(plain, file));
  const opened = {
    'Parquet, unpacked': path,
    'Parquet without a manifest': plain,
    'tracing v2 Parquet': v2,
  };
  const figures: Figure[] = [];
  for (const [what, place] of Object.entries(opened))
    figures.push(
      ...(await measureOpened({ what, path: place, home: join(folder, `${basename(place)}-home`) })),
    );
  return figures;
}

async function measureOpened({
  what,
  path,
  home,
}: {
  readonly what: string;
  readonly path: string;
  readonly home: string;
}): Promise<Figure[]> {
  const bytes = await unpackedBytes(path);
  await using application = await startApplication(home);
  const engine = processTree(application.pid).find((pid) => commandOf(pid).includes('engine.js'));
  const cpuOfEngine = () => (engine === undefined ? Number.NaN : cpuSeconds([engine]));
  // The live store is opened at the same time otherwise.
  await whenResting(cpuOfEngine);
  const figures = await measureFolder(application, what, { path, bytes, leastMegabytesPerSecond: 500 });
  const before = cpuOfEngine();
  const movedMs = await whenResting(cpuOfEngine);
  const cpuMs = ((cpuOfEngine() - before) * 1_000) / (bytes / 1e6);
  return [
    ...figures,
    { what: `${what}, rows moved in after it was open`, value: movedMs / 1_000, unit: 's' },
    { what: `${what}, processor's time of that`, value: cpuMs, unit: 'ms/MB' },
  ];
}

/** Until the engine does nothing for a moment; how long it still worked. */
async function whenResting(cpuSecondsOfEngine: () => number): Promise<number> {
  const started = performance.now();
  for (let before = cpuSecondsOfEngine(), rests = 0, lastMs = 0; ; ) {
    await wait(LOOK_MS);
    const now = cpuSecondsOfEngine();
    if (now - before > RESTING_SHARE * (LOOK_MS / 1_000)) {
      rests = 0;
      lastMs = performance.now() - started;
    } else rests += 1;
    before = now;
    if (rests === RESTS || Number.isNaN(now)) return lastMs;
  }
}

/** Of its tables; sums that an export carries are none. */
async function unpackedBytes(folder: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const found = await connection.runAndReadAll(
      'SELECT sum(total_uncompressed_size)::DOUBLE AS bytes FROM parquet_metadata($files)',
      { files: join(folder, '[!_]*.parquet') },
    );
    const [row] = z.array(z.object({ bytes: z.number() })).parse(found.getRowObjectsJson());
    return row?.bytes ?? 0;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
