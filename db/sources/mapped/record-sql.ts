import { literal } from '../../duckdb';
import type { MappedColumn } from '../../model';
import { jsonPath } from './expressions';

/** Where a field is in a record. */
export function pathOf({ column, path = [] }: MappedColumn): string {
  return jsonPath([column, ...path]);
}

/** What is left of a record when the fields are taken out, NULL when that is nothing. */
export function recordRestSql(record: string, used: readonly MappedColumn[]): string {
  const patch: Record<string, unknown> = {};
  for (const { column, path = [] } of used) remove(patch, [column, ...path]);
  const left = `json_merge_patch(${record}, ${literal(JSON.stringify(patch))})`;
  const emptied = Object.keys(patch).filter((key) => patch[key] !== null);
  // An object of which nothing is left is left out too; merging what is there with itself changes nothing.
  const pairs = emptied.map((key) => {
    const value = `json_extract(${left}, ${literal(jsonPath([key]))})`;
    return `${literal(key)}, CASE WHEN CAST(${value} AS VARCHAR) <> '{}' THEN ${value} END`;
  });
  const rest = pairs.length === 0 ? left : `json_merge_patch(${left}, json_object(${pairs.join(', ')}))`;
  return `nullif(CAST(${rest} AS VARCHAR), '{}')`;
}

function remove(patch: Record<string, unknown>, [key = '', ...path]: readonly string[]): void {
  const inner = patch[key];
  if (path.length === 0) patch[key] = null;
  else if (inner === undefined) {
    const next: Record<string, unknown> = {};
    patch[key] = next;
    remove(next, path);
  } else if (isObject(inner)) remove(inner, path);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
