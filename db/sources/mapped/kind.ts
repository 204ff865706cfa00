import type { MappedKind } from '../../model';
import { findParquetFiles } from '../parquet';
import type { Place } from '../types';

export type Encoding = 'utf-8' | 'windows-1252';

export interface TableKind {
  readonly kind: MappedKind;
  /** Of texts. */
  readonly encoding: Encoding;
  /** JSON: one array instead of a value a line. */
  readonly isArray: boolean;
}

/** What of a head is looked at for separators. */
const LINES = 20;
const SEPARATORS = [',', '\t', ';', '|'];

/** A file of tables, by its first bytes, or a folder that holds nothing but Parquet; undefined: something else. */
export async function tableKindOf(place: Place, signal: AbortSignal): Promise<TableKind | undefined> {
  if (place.kind === 'file') return fileKindOf(place);
  const files = await findParquetFiles(place.path, signal);
  return files.length === 0 ? undefined : { kind: 'parquet', encoding: 'utf-8', isArray: false };
}

export function fileKindOf(place: Place): TableKind | undefined {
  const head = Buffer.from(place.head);
  // Read by offset, where they are: one that is packed has to be unpacked first.
  const binary = (kind: MappedKind): TableKind | undefined =>
    place.compression !== null ? undefined : { kind, encoding: 'utf-8', isArray: false };
  if (head.toString('latin1', 0, 16) === 'SQLite format 3\0') return binary('sqlite');
  if (head.toString('latin1', 8, 12) === 'DUCK') return binary('duckdb');
  if (head.toString('latin1', 0, 4) === 'PAR1') return binary('parquet');
  const encoding = encodingOf(head);
  if (encoding === undefined) return undefined;
  const text = new TextDecoder(encoding).decode(head);
  if (text.includes('\0')) return undefined;
  const json = jsonOf(text);
  if (json !== undefined) return { kind: 'json', encoding, isArray: json === 'array' };
  return separatorOf(text) === undefined ? undefined : { kind: 'csv', encoding, isArray: false };
}

function encodingOf(head: Buffer): Encoding | undefined {
  if (head.length === 0) return undefined;
  // Cut in the middle of a character at most: its bytes at the end are no mistake.
  for (let cut = 0; cut < 4; cut += 1) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, head.length - cut));
      return 'utf-8';
    } catch {
      // Some byte is no UTF-8.
    }
  }
  return head.includes(0) ? undefined : 'windows-1252';
}

/** An array of objects, or objects line by line. */
function jsonOf(text: string): 'array' | 'lines' | undefined {
  const start = text.trimStart();
  if (/^\[\s*\{/.test(start)) return 'array';
  if (!start.startsWith('{')) return undefined;
  const [line = '', ...rest] = start.split(/\r?\n/);
  // A line that is longer than the head cannot be told from a document.
  if (rest.length === 0) return isObject(line) || text.length >= 60_000 ? 'lines' : undefined;
  return isObject(line) ? 'lines' : undefined;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The separator that parts the lines alike, outside quotes. */
export function separatorOf(text: string): string | undefined {
  const records = recordsOf(text).slice(0, LINES);
  if (records.length < 2) return undefined;
  let best: { separator: string; score: number } | undefined;
  for (const separator of SEPARATORS) {
    const counts = records.map((record) => fieldsIn(record, separator));
    const [first = 1] = counts;
    const alike = counts.filter((count) => count === first).length;
    const score = first > 1 && alike * 2 > counts.length ? alike * 100 + first : 0;
    if (score > (best?.score ?? 0)) best = { separator, score };
  }
  return best?.separator;
}

/** Lines, joined where a quote is open; the last is left out when there are others, as it may be cut. */
export function recordsOf(text: string): string[] {
  const records: string[] = [];
  let open = '';
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const joined = open === '' ? line : `${open}\n${line}`;
    const quotes = joined.split('"').length - 1;
    if (quotes % 2 === 1 && joined.length < 20_000) open = joined;
    else {
      if (joined.trim() !== '') records.push(joined);
      open = '';
    }
  }
  return records.length > 2 && text.length >= 60_000 ? records.slice(0, -1) : records;
}

function fieldsIn(record: string, separator: string): number {
  let count = 1;
  let isQuoted = false;
  for (const character of record) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) count += 1;
  }
  return count;
}
