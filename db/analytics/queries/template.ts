/**
 * Statements of lists and charts have marked lines: a marker comment with a name in braces, then an expression with which the file runs
 * as it stands. A marked line takes a fragment of a fixed catalogue (never a value).
 */
export function fillTemplate(sql: string, fragments: Readonly<Record<string, string>>): string {
  return sql.replace(/\/\*\{(\w+)\}\*\/ [^\n]*/g, (marked, name: string) => fragments[name] ?? marked);
}
