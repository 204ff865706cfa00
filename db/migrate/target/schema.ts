import { z } from 'zod';
import { ExpectedError } from '../../model';
import { tracingV3Schema } from '../../store';
import { v3Tables } from './columns';
import type { Target } from './open-target';

const column = z.object({ table_name: z.string(), name: z.string() });

/** Every column of every table and view. */
const COLUMNS = `SELECT t.name AS table_name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'libsql_%' ORDER BY t.name, c.cid`;

/** Makes the tables of tracing v3 where the target is empty, and refuses a target that is something else. */
export async function fitSchema(target: Target, mayMake: boolean): Promise<void> {
  const found = new Map<string, string[]>();
  for (const { table_name, name } of await target.rows(COLUMNS, column))
    found.set(table_name, [...(found.get(table_name) ?? []), name]);
  const own = [...found.keys()].filter((name) => name.startsWith('stepscope_'));
  const isEmpty = found.size === own.length;
  if (!isEmpty) checkTables(target.name, found);
  const isWhole = Object.values(v3Tables).every(({ name }) => found.has(name));
  if (!isWhole && mayMake) await target.client.executeMultiple(tracingV3Schema);
}

function checkTables(name: string, found: ReadonlyMap<string, readonly string[]>): void {
  const wanted = Object.values(v3Tables).find((table) => {
    const columns = found.get(table.name);
    if (columns === undefined)
      return ['session_traces', 'session_timesteps', 'events', 'messages'].includes(table.name);
    return table.columns.some((each) => !columns.includes(each));
  });
  if (wanted === undefined) return;
  const columns = found.get(wanted.name);
  const what =
    columns === undefined ? `has no table ${wanted.name}` : `has a table ${wanted.name} of another kind`;
  throw new ExpectedError(
    'SCHEMA_UNSUPPORTED',
    `${name} ${what}: it is no tracing v3 database of the usual dialect.`,
    {
      path: name,
      action: 'Choose a new file or the live store.',
      found: [...(columns ?? found.keys())],
      wanted: [...wanted.columns],
    },
  );
}
