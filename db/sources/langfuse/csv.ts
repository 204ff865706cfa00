import { bytesOf, type DocumentFile } from '../documents';

/** A field that is longer than this is no field: a quote that never ends. */
const MOST_FIELD_CHARACTERS = 64_000_000;

/** The records of a CSV file, each with the line it begins in. Quoted fields hold line ends and doubled quotes. */
export async function* csvRecords(
  file: Pick<DocumentFile, 'path' | 'signal'>,
): AsyncGenerator<{ readonly line: number; readonly fields: readonly string[] }, void, void> {
  const cutter = new CsvCutter();
  const decoder = new TextDecoder();
  for await (const block of bytesOf(file.path, file.signal)) {
    cutter.push(decoder.decode(block, { stream: true }));
    yield* cutter.take();
  }
  cutter.push(decoder.decode());
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
