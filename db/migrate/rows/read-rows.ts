import { z } from 'zod';
import { statement } from '../../duckdb';
import type { V2Source } from '../source/open-source';
import type { Batch } from '../source/prepared';
import { readSql, type V2Row, type V2Table, v2Rows } from '../source/tables';
import { type Bases, toV3, type V3Row } from './to-v3';

type Reader = (
  source: V2Source,
  batch: Batch,
  options: { bases: Bases; signal: AbortSignal },
) => Promise<V3Row[]>;

/** The rows of a batch as they are in tracing v3. */
export const readRows: Reader = (source, batch, options) => readers[batch.table](source, batch, options);

const readers: Readonly<Record<V2Table, Reader>> = {
  experiments: reader('experiments', v2Rows.experiments, toV3.experiments),
  systems: reader('systems', v2Rows.systems, toV3.systems),
  versions: reader('versions', v2Rows.versions, toV3.versions),
  links: reader('links', v2Rows.links, toV3.links),
  sessions: reader('sessions', v2Rows.sessions, toV3.sessions),
  timesteps: reader('timesteps', v2Rows.timesteps, toV3.timesteps),
  events: reader('events', v2Rows.events, toV3.events),
  messages: reader('messages', v2Rows.messages, toV3.messages),
};

function reader<T extends V2Table>(
  table: T,
  row: z.ZodType<V2Row<T>>,
  convert: (row: V2Row<T>, bases: Bases) => V3Row,
): Reader {
  const read = statement({
    name: `migrate.read.${table}`,
    sql: readSql[table],
    params: z.object({ after: z.bigint(), last: z.bigint() }),
    row,
  });
  return async ({ database, path }, { after, last }, { bases, signal }) => {
    const rows = await database.run(read, { after, last }, { signal, context: { path } });
    return rows.map((each) => convert(each, bases));
  };
}
