/** What a statement needs: `write` the permit, `read` and `end` (of a transaction) nothing. */
export type SqlKind = 'read' | 'write' | 'end';

/** Words, brackets and semicolons; strings, quoted names and comments are passed over. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|[A-Za-z_][\w$]*|[;()=]/g;
const WRITING = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE']);

/** The kind of a text of one or more statements. What is not surely a read counts as a write. */
export function sqlKind(sql: string): SqlKind {
  const kinds = statements(sql).map(statementKind);
  if (kinds.includes('write')) return 'write';
  return kinds.includes('end') ? 'end' : 'read';
}

function statements(sql: string): string[][] {
  const all: string[][] = [[]];
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === ';') all.push([]);
    else if (/^[A-Za-z_()=]/.test(token)) all.at(-1)?.push(token.toUpperCase());
  }
  return all.filter((words) => words.length > 0);
}

function statementKind(words: readonly string[]): SqlKind {
  switch (words[0]) {
    case 'SELECT':
    case 'VALUES':
    case 'EXPLAIN':
      return 'read';
    case 'WITH':
      return writesAfterWith(words) ? 'write' : 'read';
    case 'BEGIN':
      return words.includes('READONLY') ? 'read' : 'write';
    case 'COMMIT':
    case 'END':
    case 'ROLLBACK':
    case 'RELEASE':
      return 'end';
    case 'PRAGMA':
      return words.includes('=') ? 'write' : 'read';
    default:
      return 'write';
  }
}

/** `WITH … INSERT`: the verb stands outside all brackets. */
function writesAfterWith(words: readonly string[]): boolean {
  let depth = 0;
  for (const word of words) {
    if (word === '(') depth++;
    else if (word === ')') depth--;
    else if (depth === 0 && WRITING.has(word)) return true;
  }
  return false;
}
