import { pathToFileURL } from 'node:url';
import {
  type Client,
  createClient,
  type InStatement,
  type InValue,
  LibsqlError,
  type Value,
} from '@libsql/client';
import type { z } from 'zod';
import { ExpectedError } from '../../model';
import { persist } from '../../store';

/** Where to write: a tracing v3 file, or a store that answers at a URL (the live one, through its gate, or any other). */
export type TargetSpec =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'store'; readonly name: string; readonly url: string; readonly token: string | null };

/** A database of tracing v3, open for writing. */
export interface Target extends Disposable {
  readonly client: Client;
  /** What messages call it. */
  readonly name: string;
  rows<R extends z.ZodType>(sql: string, row: R, values?: readonly InValue[]): Promise<z.output<R>[]>;
  /** Rows as they are, for comparing. */
  values(sql: string, values?: readonly InValue[]): Promise<readonly (readonly Value[])[]>;
  /** All or nothing. `isDone` tells whether a batch was written although the answer was lost. Gives the rows changed by each. */
  write(statements: readonly InStatement[], options?: WriteOptions): Promise<number[]>;
  /** Keeps other writers out until it is disposed. */
  lock(): Promise<Disposable>;
}

export interface WriteOptions {
  readonly signal?: AbortSignal;
  readonly isDone?: () => Promise<boolean>;
}

/** Another program holds a file for moments, a store through its gate for longer. */
const FILE_LIMIT_MS = 10_000;
const STORE_LIMIT_MS = 60_000;

export async function openTarget(spec: TargetSpec, fileLimitMs = FILE_LIMIT_MS): Promise<Target> {
  const name = spec.kind === 'file' ? spec.path : spec.name;
  const target = {
    url: spec.kind === 'file' ? pathToFileURL(spec.path).href : spec.url,
    token: spec.kind === 'file' ? null : spec.token,
  };
  const client = connect(target, name);
  const limitMs = spec.kind === 'file' ? fileLimitMs : STORE_LIMIT_MS;
  const attempt = async <T>(work: () => Promise<T>, options: WriteOptions): Promise<T | undefined> => {
    let result: T | undefined;
    const act = async () => {
      result = await work();
    };
    await persist(client, target, act, { ...options, limitMs }).catch((error: unknown) => {
      throw translateTargetError(error, name);
    });
    return result;
  };
  return {
    client,
    name,
    async rows(sql, row, values = []) {
      const result = await attempt(() => client.execute({ sql, args: [...values] }), {});
      return (result?.rows ?? []).map((each) => row.parse({ ...each }));
    },
    async values(sql, values = []) {
      const result = await attempt(() => client.execute({ sql, args: [...values] }), {});
      const columns = result?.columns ?? [];
      return (result?.rows ?? []).map((row) => columns.map((_, at) => row[at] ?? null));
    },
    async write(statements, options = {}) {
      const results = await attempt(() => client.batch([...statements], 'write'), options);
      return (results ?? []).map((each) => each.rowsAffected);
    },
    async lock() {
      const held = await attempt(() => client.transaction('write'), {});
      return { [Symbol.dispose]: () => held?.close() };
    },
    [Symbol.dispose]: () => client.close(),
  };
}

function connect(target: { readonly url: string; readonly token: string | null }, name: string): Client {
  const { url, token } = target;
  try {
    return createClient({ url, intMode: 'bigint', ...(token === null ? {} : { authToken: token }) });
  } catch (error) {
    throw translateTargetError(error, name);
  }
}

/** What SQLite and sqld say while a target is written, as a code. */
export function translateTargetError(error: unknown, name: string): unknown {
  const cause = error instanceof ExpectedError ? error.cause : error;
  const text =
    cause instanceof Error ? `${cause instanceof LibsqlError ? cause.code : ''} ${cause.message}` : '';
  const options = { cause: error };
  if (/SQLITE_FULL|disk is full|ENOSPC|No space left/i.test(text)) {
    const action = 'Free some space, then start the migration again: it goes on where it stopped.';
    return new ExpectedError(
      'DISK_FULL',
      `The disk is full: ${name} could not be written.`,
      { path: name, action },
      options,
    );
  }
  if (/SQLITE_BUSY|database is locked/i.test(text)) {
    const action = 'Close the program that writes to it, then start again.';
    return new ExpectedError(
      'LOCKED',
      `${name} is locked by another program.`,
      { path: name, action },
      options,
    );
  }
  if (error instanceof ExpectedError) return error;
  if (/SQLITE_CONSTRAINT.*UNIQUE/i.test(text)) {
    const action =
      'Roll the run back (--rollback last), then start again: what is there by then is left out.';
    return new ExpectedError(
      'STORE_BUSY',
      `Another program wrote rows with the same ids into ${name} while it was migrated into.`,
      { path: name, action },
      options,
    );
  }
  if (/SQLITE_NOTADB|not a database/i.test(text)) {
    const action = 'Choose a tracing v3 file, a new file, or a store.';
    return new ExpectedError(
      'FORMAT_UNKNOWN',
      `${name} is not a SQLite database.`,
      { path: name, action },
      options,
    );
  }
  if (/SQLITE_CORRUPT|malformed/i.test(text)) {
    const action = 'Restore it from a copy, or choose another file.';
    const damage = { path: name, action, readable: 'unknown', lost: 'unknown' };
    return new ExpectedError('FORMAT_DAMAGED', `${name} is damaged.`, damage, options);
  }
  if (/SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_PERM|unable to open|readonly|attempt to write/i.test(text)) {
    const action = 'Choose a file or folder that you may write to.';
    return new ExpectedError(
      'SOURCE_UNREADABLE',
      `${name} cannot be written.`,
      { path: name, action },
      options,
    );
  }
  return error;
}
