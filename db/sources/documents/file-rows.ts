import type { TableName } from '../../model';
import type { RowChunks } from '../row-chunks';
import type { FileReport, SourceWarning } from '../types';
import type { DocumentRows } from './types';

/** Records of one file get keys of one block, so that keys stay the same when the file grows. */
export const keysPerFile = 100_000_000;
const SESSIONS_PER_FILE = 1_000_000;
/** Warnings of one file that are kept one by one; the others are counted. */
const MOST_WARNINGS = 200;

/** Rows that have a name of their own: said again in another file, they are replaced. */
const NAMES: Partial<Record<TableName, string>> = {
  experiments: 'experiment_id',
  systems: 'system_id',
  system_versions: 'version_id',
};

export interface RowsOptions {
  readonly rows: RowChunks;
  readonly flushWhenFull: () => Promise<void>;
}

interface OpenFile {
  readonly name: string;
  readonly number: number;
  /** It was read before: what it said is replaced. */
  readonly isAgain: boolean;
  sessions: number;
  read: number;
  skipped: number;
  kept: unknown;
  readonly claimed: Set<string>;
  readonly reasons: Map<string, number>;
  readonly warnings: Map<string, { at: string; message: string; count: number }>;
}

/** The rows of a reading, one file after the other. */
export class FileRows implements DocumentRows {
  private file: OpenFile | undefined;
  /** session_id → its place, of this reading; `file`: which claimed its name. */
  private readonly sessions = new Map<string, number>();

  constructor(
    private readonly options: RowsOptions,
    /** Session names that were claimed, by the file that did; of earlier readings too. */
    private readonly claims: Map<string, number>,
  ) {}

  begin(file: { readonly name: string; readonly number: number; readonly isAgain: boolean }): void {
    this.file = {
      ...file,
      sessions: 0,
      read: 0,
      skipped: 0,
      kept: undefined,
      claimed: new Set(),
      reasons: new Map(),
      warnings: new Map(),
    };
  }

  /** What the file came to. */
  end(): { report: FileReport; warnings: SourceWarning[]; kept: unknown; claimed: string[] } {
    const { name, read, skipped, reasons, warnings, kept, claimed } = this.current;
    const report = {
      file: name,
      read,
      skipped,
      reasons: [...reasons].map(([reason, count]) => ({ reason, count })),
    };
    return { report, warnings: [...warnings.values()], kept, claimed: [...claimed] };
  }

  key(ordinal: number): bigint {
    return BigInt(this.current.number) * BigInt(keysPerFile) + BigInt(ordinal);
  }

  add: DocumentRows['add'] = (table, row) => {
    const values: Readonly<Record<string, unknown>> = row;
    const name = values[NAMES[table] ?? ''];
    if (typeof name !== 'string')
      this.options.rows.add(table, row, this.current.isAgain ? 'upsert' : 'append');
    // Files of one folder speak of the same experiments and systems.
    else this.options.rows.put(table, row, { name, mode: 'upsert' });
  };

  addSession: DocumentRows['addSession'] = (row) => {
    const { number, isAgain } = this.current;
    const known = this.sessions.get(row.session_id);
    const session_no = known ?? number * SESSIONS_PER_FILE + this.current.sessions++;
    this.sessions.set(row.session_id, session_no);
    const mode = isAgain || known !== undefined ? 'upsert' : 'append';
    this.options.rows.put('sessions', { ...row, session_no }, { name: row.session_id, mode });
  };

  claim(wanted: string): string {
    const { number, name } = this.current;
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

  warn(message: string, at?: number | string, count = 1): void {
    const known = this.current.warnings.get(message);
    if (known === undefined) {
      this.current.warnings.set(message, { at: this.placeOf(at), message, count });
    } else known.count += count;
  }

  keep(value: unknown): void {
    this.current.kept = value;
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
