import type { TableName } from '../../model';
import type { NewRow, RowChunks } from '../row-chunks';
import type { FileReport, SourceWarning } from '../types';
import { namesWereCut, shortName } from './short-name';
import type { DocumentRows, SessionOptions } from './types';

/** Records of one file get keys of one block, so that keys stay the same when the file grows. */
export const keysPerFile = 100_000_000;
const SESSIONS_PER_FILE = 1_000_000;
/** Warnings of one file that are kept one by one; the others are counted. */
const MOST_WARNINGS = 200;

/** Things that are told once for all files; what else there is of that sort is told together. */
const MOST_TOLD_ONCE = 50;

/** Rows that have a name of their own: said again in another file, they are replaced. */
const NAMES: Partial<Record<TableName, string>> = {
  experiments: 'experiment_id',
  systems: 'system_id',
  system_versions: 'version_id',
};

export interface RowsOptions {
  readonly rows: RowChunks;
  readonly flushWhenFull: () => Promise<void>;
  /** Something of this source has landed before: rows replace those of their key. */
  readonly isAgain: boolean;
}

/** What a file came to when it was read before. */
export interface FileCounts {
  readonly read: number;
  readonly skipped: number;
  readonly reasons: FileReport['reasons'];
}

interface OpenFile {
  readonly name: string;
  readonly number: number;
  readonly before: FileCounts | undefined;
  sessions: number;
  read: number;
  skipped: number;
  unfinished: string | undefined;
  kept: unknown;
  /** The file or place in it that is spoken of anew. */
  renewed: string;
  saidWhileFresh: boolean;
  readonly claimed: Set<string>;
  readonly reasons: Map<string, number>;
  readonly warnings: Map<string, { at: string; message: string; count: number }>;
}

export interface FileResult {
  readonly report: FileReport;
  /** What holds also when the file is gone on with. */
  readonly counts: FileCounts;
  readonly warnings: readonly SourceWarning[];
  readonly kept: unknown;
  readonly claimed: readonly string[];
  readonly renewed: string;
  readonly saidWhileFresh: boolean;
}

/** The rows of a reading, one file after the other. */
export class FileRows implements DocumentRows {
  private file: OpenFile | undefined;
  /** session_id → its place, of this reading; `file`: which claimed its name. */
  private readonly sessions = new Map<string, number>();
  /** Rows with a name of their own that were said last: most files of a folder say the same. */
  private readonly named = new Map<string, string>();
  private readonly once = new Map<string, { at: string; message: string; count: number }>();

  constructor(
    private readonly options: RowsOptions,
    /** Session names that were claimed, by the file that did; of earlier readings too. */
    private readonly claims: Map<string, number>,
  ) {}

  begin(file: {
    readonly name: string;
    readonly number: number;
    readonly before: FileCounts | undefined;
  }): void {
    this.file = {
      ...file,
      sessions: 0,
      read: 0,
      skipped: 0,
      unfinished: undefined,
      kept: undefined,
      renewed: file.name,
      saidWhileFresh: false,
      claimed: new Set(),
      reasons: new Map(),
      warnings: new Map(),
    };
  }

  /** What the file came to. */
  end(): FileResult {
    const { name, read, skipped, reasons, warnings, kept, claimed, unfinished, renewed, saidWhileFresh } =
      this.current;
    const counts = { read, skipped, reasons: [...reasons].map(([reason, count]) => ({ reason, count })) };
    const isWhole = unfinished === undefined;
    return {
      report: {
        file: name,
        read,
        skipped: isWhole ? skipped : skipped + 1,
        reasons: isWhole ? counts.reasons : [...counts.reasons, { reason: unfinished, count: 1 }],
      },
      counts,
      warnings: [...warnings.values()],
      kept,
      claimed: [...claimed],
      renewed,
      saidWhileFresh,
    };
  }

  key(ordinal: number): bigint {
    return BigInt(this.current.number) * BigInt(keysPerFile) + BigInt(ordinal);
  }

  add: DocumentRows['add'] = (table, row) => {
    const { rows } = this.options;
    const column = NAMES[table];
    if (column === undefined) {
      rows.add(table, row, this.mode);
      return;
    }
    const values: Readonly<Record<string, unknown>> = row;
    const name = String(values[column]);
    const said = JSON.stringify(row);
    if (this.named.get(`${table} ${name}`) === said) return;
    this.named.set(`${table} ${name}`, said);
    // Files of one folder speak of the same experiments and systems.
    rows.put(table, row, { name, mode: 'upsert' });
  };

  addLine(table: TableName, line: Buffer): void {
    this.options.rows.addLine(table, line, this.mode);
  }

  private get mode() {
    return this.options.isAgain ? 'upsert' : 'append';
  }

  addSession(row: Omit<NewRow<'sessions'>, 'session_no'>, options: SessionOptions = {}): void {
    const { number } = this.current;
    const known = this.sessions.get(row.session_id);
    const ordinal = options.ordinal ?? this.current.sessions;
    const session_no = known ?? number * SESSIONS_PER_FILE + ordinal;
    if (known === undefined) this.current.sessions = ordinal + 1;
    this.sessions.set(row.session_id, session_no);
    const mode = this.options.isAgain || known !== undefined ? 'upsert' : 'append';
    this.options.rows.put('sessions', { ...row, session_no }, { name: row.session_id, mode });
  }

  claim(said: string): string {
    const { number, name } = this.current;
    const wanted = shortName(said);
    if (wanted !== said) this.warn(namesWereCut);
    const owner = this.claims.get(wanted);
    const mine = owner === undefined || owner === number ? wanted : `${wanted} (${name})`;
    this.claims.set(mine, number);
    this.current.claimed.add(mine);
    return mine;
  }

  flushWhenFull(): Promise<void> {
    return this.options.flushWhenFull();
  }

  read(records = 1): void {
    this.current.read += records;
  }

  skip(at: number | string, reason: string): void {
    const { reasons } = this.current;
    this.current.skipped += 1;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    this.note(at, reason, 1);
  }

  unfinished(at: number | string, reason: string): void {
    this.current.unfinished = reason;
    this.note(at, reason, 1);
  }

  warn(message: string, at?: number | string, count = 1): void {
    const known = this.current.warnings.get(message);
    if (known === undefined) {
      this.current.warnings.set(message, { at: this.placeOf(at), message, count });
    } else known.count += count;
  }

  warnOnce(said: string, at: number | string): void {
    const isNew = !this.once.has(said);
    const message = isNew && this.once.size >= MOST_TOLD_ONCE ? 'More of the same sort is not known.' : said;
    const known = this.once.get(message);
    if (known === undefined) this.once.set(message, { at: this.placeOf(at), message, count: 1 });
    else known.count += 1;
  }

  /** What was told of all files. */
  get toldOnce(): readonly SourceWarning[] {
    return [...this.once.values()];
  }

  keep(value: unknown): void {
    this.current.kept = value;
  }

  saidWhileFresh(): void {
    this.current.saidWhileFresh = true;
  }

  goOn(at: number | string): void {
    const { before, reasons } = this.current;
    this.current.renewed = this.placeOf(at);
    this.current.read += before?.read ?? 0;
    this.current.skipped += before?.skipped ?? 0;
    for (const { reason, count } of before?.reasons ?? []) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    }
  }

  /** Each with its own place, until they are too many. */
  private note(at: number | string, message: string, count: number): void {
    const { warnings } = this.current;
    const place = this.placeOf(at);
    if (warnings.size < MOST_WARNINGS) warnings.set(`${place} ${message}`, { at: place, message, count });
    else this.warn(`${message} (and more like it)`, at, count);
  }

  private placeOf(at: number | string | undefined): string {
    return at === undefined ? this.current.name : `${this.current.name}:${at}`;
  }

  private get current(): OpenFile {
    if (this.file === undefined) throw new Error('No file is being read.');
    return this.file;
  }
}
