import { bytesOf } from './bytes';
import type { DocumentFile, DocumentRows } from './types';

/** A field that is longer than this is no field: a quote that never ends. */
const MOST_FIELD_CHARACTERS = 64_000_000;

/** A record as an object: an empty field says nothing; the columns are there all the same. */
type CsvObject = Readonly<Record<string, string | null>>;

export function isCsv({ path }: Pick<DocumentFile, 'path'>): boolean {
  return /\.csv(?:\.\w+)?$/i.test(path);
}

/** What the head of a file says as CSV: its names with the values of its first record; undefined: it is none. */
export function csvHead(head: Uint8Array): CsvObject | undefined {
  const text = Buffer.from(head)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  if (!/^"?[A-Za-z]?\w*"?,/.test(text)) return undefined;
  const cutter = new CsvCutter();
  cutter.push(text);
  cutter.end();
  const [names, values] = cutter.take();
  return names === undefined ? undefined : objectOf(names.fields, values?.fields ?? []);
}

/** The records of a file with a header. */
export async function eachCsvObject(
  file: DocumentFile,
  rows: DocumentRows,
  take: (value: CsvObject, at: string, length: number) => void,
): Promise<void> {
  let names: readonly string[] | undefined;
  for await (const { line, fields } of csvRecords(file, rows)) {
    if (names === undefined) {
      names = fields.map((name) => name.replace(/^\ufeff/, ''));
      continue;
    }
    if (fields.length !== names.length) {
      rows.skip(line, `The record has ${fields.length} fields, the header ${names.length}.`);
      continue;
    }
    const length = fields.reduce((sum, field) => sum + field.length, 0);
    take(objectOf(names, fields), `${line}`, length);
    await rows.flushWhenFull();
  }
}

function objectOf(names: readonly string[], fields: readonly string[]): CsvObject {
  return Object.fromEntries(names.map((name, index) => [name, fields[index] || null]));
}

/** The records of a CSV file, each with the line it begins in. Quoted fields hold line ends and doubled quotes. */
async function* csvRecords(
  file: Pick<DocumentFile, 'path' | 'signal' | 'passed'>,
  rows: Pick<DocumentRows, 'warn'>,
): AsyncGenerator<{ readonly line: number; readonly fields: readonly string[] }, void, void> {
  const cutter = new CsvCutter();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  // What stands for a byte that is no UTF-8 is longer than it.
  let grown = 0;
  const push = (text: string, length: number) => {
    grown += Buffer.byteLength(text) - length;
    cutter.push(text);
  };
  for await (const block of bytesOf(file.path, file.signal, { passed: (bytes) => file.passed(bytes) })) {
    push(decoder.decode(block, { stream: true }), block.length);
    yield* cutter.take();
  }
  push(decoder.decode(), 0);
  if (grown > 0) rows.warn('Bytes that are no UTF-8 were replaced.');
  cutter.end();
  yield* cutter.take();
}

export class CsvCutter {
  private done: { line: number; fields: string[] }[] = [];
  private fields: string[] = [];
  private field = '';
  private isQuoted = false;
  /** The quote before may close the field or stand for itself. */
  private isAfterQuote = false;
  private line = 1;
  private begin = 1;

  push(text: string): void {
    let plain = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at];
      if (this.isAfterQuote && character !== '"') {
        this.isAfterQuote = false;
        this.isQuoted = false;
        plain = at;
      }
      if (character === '\n') this.line += 1;
      if (this.isQuoted) {
        if (character !== '"') continue;
        if (this.isAfterQuote) {
          this.isAfterQuote = false;
          this.field += '"';
        } else {
          this.field += text.slice(plain, at);
          this.isAfterQuote = true;
        }
        plain = at + 1;
      } else if (character === '"' && this.field === '' && plain === at) {
        this.isQuoted = true;
        plain = at + 1;
      } else if (character === ',' || character === '\n' || character === '\r') {
        this.field += text.slice(plain, at);
        plain = at + 1;
        if (character !== '\r') this.endField();
        if (character === '\n') this.endRecord();
      }
    }
    this.field += text.slice(plain);
    if (this.field.length > MOST_FIELD_CHARACTERS) this.endRecord();
  }

  end(): void {
    if (this.field !== '' || this.fields.length > 0) {
      this.endField();
      this.endRecord();
    }
  }

  take(): { line: number; fields: string[] }[] {
    const { done } = this;
    this.done = [];
    return done;
  }

  private endField(): void {
    this.fields.push(this.field);
    this.field = '';
  }

  private endRecord(): void {
    const isBlank = this.fields.length === 1 && this.fields[0] === '';
    if (!isBlank && this.fields.length > 0) this.done.push({ line: this.begin, fields: this.fields });
    this.fields = [];
    this.field = '';
    this.isQuoted = false;
    this.isAfterQuote = false;
    this.begin = this.line;
  }
}
