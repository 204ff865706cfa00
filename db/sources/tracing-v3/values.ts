/** Values of a row as expressions of SQLite. `NULL` stands for a column that the file lacks. */

/** Fifteen digits are SQLite's own text of a float; seventeen bring the same float back. What is infinite is unknown. */
export const exact = (sql: string) =>
  sql === 'NULL'
    ? sql
    : `iif(typeof(${sql}) = 'real', iif(abs(${sql}) <= 1.7976931348623157e308, printf('%!.17g', ${sql}), NULL), ${sql})`;
/** Unix seconds as whole microseconds, which are told from seconds by their size and cost a fifth of seventeen digits. */
export const time = (sql: string) =>
  sql === 'NULL'
    ? sql
    : `iif(typeof(${sql}) = 'real' AND ${sql} >= 1e8 AND ${sql} < 1e11, CAST(round(${sql} * 1e6) AS INTEGER), ${exact(sql)})`;
/** A number, also where it was written as text, with its dollar sign or not; another text says nothing. */
export function amount(sql: string): string {
  if (sql === 'NULL') return sql;
  const bare = `trim(replace(replace(${sql}, '$', ''), ',', ''))`;
  return `CASE typeof(${sql}) WHEN 'integer' THEN ${sql} WHEN 'real' THEN ${exact(sql)}
    WHEN 'text' THEN iif(${bare} GLOB '*[0-9]*' AND ${bare} NOT GLOB '*[^0-9.eE+-]*', ${bare}, NULL) END`;
}
/** Cents as dollars: the same number as `cents / 100.0` gives, without printing a float. */
export const centsAsDollars = (sql: string) =>
  sql === 'NULL'
    ? sql
    : `iif(typeof(${sql}) = 'integer', ${sql} || 'e-2', ${exact(`(${amount(sql)} / 100.0)`)})`;
export const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** JSON, or what Python writes for it: NaN and Infinity, which are unknown. */
export const isJson = (sql: string) => `json_valid(${withoutNaN(sql)})`;
export function withoutNaN(sql: string): string {
  return ['-Infinity', 'Infinity', 'NaN'].reduce(
    (inner, word) => `replace(replace(${inner}, ': ${word}', ': null'), ':${word}', ':null')`,
    sql,
  );
}

/** One record by itself, and a list that was written as a text of JSON, are lists too. */
export function listOf(records: string): string {
  return `CASE WHEN NOT json_valid(${records}) THEN ${records} WHEN json_type(${records}) = 'object' THEN json_array(json(${records}))
    WHEN json_type(${records}) = 'text' THEN json_extract(${records}, '$') ELSE ${records} END`;
}

/** A member of a JSON object; the text search in front spares the parser nearly every row. */
export function member(json: string, ...names: string[]): string {
  if (json === 'NULL') return json;
  const tries = names.map(
    (name) =>
      `iif(instr(${json}, '"${name}"') > 0 AND json_valid(${json}), json_extract(${json}, '$.${name}'), NULL)`,
  );
  return tries.length === 1 ? tries.join('') : `coalesce(${tries.join(', ')})`;
}

/** Nothing, and false, are no error. */
export function errorIn(json: string): string {
  return json === 'NULL' ? json : `nullif(nullif(${member(json, 'error')}, ''), 0)`;
}

/** The first value that is known; what can only be NULL is left out. */
export function either(...values: string[]): string {
  const known = values.filter((value) => value !== 'NULL');
  return known.length > 1 ? `coalesce(${known.join(', ')})` : (known[0] ?? 'NULL');
}

/** Of one part alone the sum is not known. */
export function sumOfBoth(input: string, output: string): string {
  return `iif(typeof(${input}) = 'integer' AND typeof(${output}) = 'integer', ${input} + ${output}, NULL)`;
}

export function ifRecords(records: string, sql: string): string {
  return records === 'NULL' ? 'NULL' : sql;
}

/** Nearly every call has one record: the loop is for the others. */
export function sumOfRecords(records: string, name: string): string {
  return `CASE WHEN NOT json_valid(${records}) THEN NULL WHEN json_array_length(${records}) = 1
    THEN json_extract(${records}, '$[0].usage.${name}')
    ELSE (SELECT sum(json_extract(value, '$.usage.${name}')) FROM json_each(${records}) WHERE type = 'object') END`;
}

export function firstRecordError(records: string): string {
  return `iif(instr(${records}, '"error"') > 0 AND json_valid(${records}), (SELECT json_extract(value, '$.error') FROM json_each(${records})
    WHERE type = 'object' AND json_extract(value, '$.error') NOT IN ('', 0) LIMIT 1), NULL)`;
}
