/** A JSON value as the lines of a tree, so that a list can draw the few that are seen. */
/** `text`: a line of a string. */
export type JsonKind = 'object' | 'array' | 'string' | 'text' | 'number' | 'boolean' | 'null';

export interface JsonLine {
  /** `/a/0/b`: the JSON pointer. */
  readonly path: string;
  readonly depth: number;
  readonly name: string | null;
  readonly kind: JsonKind;
  /** The value of a leaf, or what a branch holds (`12 keys`); of a text that is folded, the text. */
  readonly text: string;
  readonly branch: 'none' | 'folded' | 'open';
}

export function kindOf(value: unknown): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'boolean' : 'number';
}

/** The lines that are not inside something folded. `isOpen` decides for each branch. */
export function linesOf(value: unknown, isOpen: (path: string, depth: number) => boolean): JsonLine[] {
  const lines: JsonLine[] = [];
  // A stack of its own: a tree may be deeper than the call stack.
  const waiting: { name: string | null; value: unknown; path: string; depth: number }[] = [
    { name: null, value, path: '', depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, path, depth } = next;
    const kind = kindOf(next.value);
    const children = childrenOf(next.value);
    const texts = textLinesOf(next.value);
    // The lines of a text are part of what holds it.
    const open = children.length > 0 ? isOpen(path, depth) : texts.length > 0 && isOpen(path, depth - 1);
    lines.push({
      path,
      depth,
      name,
      kind,
      text: open && texts.length > 0 ? `${texts.length} lines` : textOf(next.value, children.length),
      branch: children.length + texts.length === 0 ? 'none' : open ? 'open' : 'folded',
    });
    if (!open) continue;
    for (const [at, text] of texts.entries())
      lines.push({ path: `${path}/${at}`, depth: depth + 1, name: null, kind: 'text', text, branch: 'none' });
    for (let at = children.length - 1; at >= 0; at -= 1) {
      const child = children[at];
      if (child === undefined) continue;
      waiting.push({
        name: child[0],
        value: child[1],
        path: `${path}/${child[0].replaceAll('~', '~0').replaceAll('/', '~1')}`,
        depth: depth + 1,
      });
    }
  }
  return lines;
}

function childrenOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((item, index): [string, unknown] => [String(index), item]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** A string of several lines reads as such: code, or what a tool wrote. */
function textLinesOf(value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  const lines = value.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.length > 1 ? lines : [];
}

function textOf(value: unknown, children: number): string {
  if (Array.isArray(value)) return children === 0 ? '[]' : `${children} ${children === 1 ? 'item' : 'items'}`;
  if (typeof value === 'object' && value !== null) {
    return children === 0 ? '{}' : `${children} ${children === 1 ? 'key' : 'keys'}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

const mark = '\u0000integer:';
const stringOrLongInteger = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** JSON text as a value; integers beyond 2^53 keep their digits. Undefined when it is not JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    if (!/\d{16}/.test(text)) return { value: JSON.parse(text) };
    const marked = text.replace(stringOrLongInteger, (found) =>
      found.startsWith('"') ? found : `"\\u0000integer:${found}"`,
    );
    return { value: JSON.parse(marked, unmark) };
  } catch {
    return undefined;
  }
}

function unmark(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(mark)) return value;
  const digits = value.slice(mark.length);
  if (!/^-?\d+$/.test(digits)) return value;
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}
