import { open } from 'node:fs/promises';
import { type Client, createClient } from '@libsql/client/http';
import { joinSignals } from '../../runtime';
import type { RowReader, WrittenText } from '../row-reader';
import type { SqliteValue } from '../sqlite';
import { remoteFailure } from './errors';

const TIMEOUT_MS = 10_000;
/** sqld answers with 10 MB at most, and a blob travels as base64. */
const PIECE_BYTES = 3_000_000;

/** A libsql or sqld server, asked over HTTP. `bigint`: one integer over 2^53 would ruin the whole answer otherwise. */
export class RemoteReader implements RowReader {
  readonly isAlive = true;
  readonly seesCommits = true;
  readonly chunkBytes = 4 * PIECE_BYTES;
  readonly pieceBytes = PIECE_BYTES;
  private readonly client: Client;
  private signal: AbortSignal | undefined;

  constructor(
    private readonly url: string,
    token: string | undefined,
  ) {
    const ask: typeof fetch = (input, init) =>
      fetch(input, this.signal === undefined ? init : { ...init, signal: this.signal });
    this.client = createClient({
      url,
      intMode: 'bigint',
      fetch: ask,
      ...(token === undefined ? {} : { authToken: token }),
    });
  }

  async rows(
    sql: string,
    values: readonly SqliteValue[],
    signal: AbortSignal,
  ): Promise<readonly (readonly SqliteValue[])[]> {
    using limited = joinSignals([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    this.signal = limited.signal;
    try {
      signal.throwIfAborted();
      const result = await this.client.execute({ sql, args: [...values] });
      return result.rows.map((row) =>
        result.columns.map((_, at) => {
          const value = row[at] ?? null;
          return value instanceof ArrayBuffer ? new Uint8Array(value) : value;
        }),
      );
    } catch (error) {
      throw remoteFailure(error, this.url, signal);
    }
  }

  async text(
    sql: string,
    runs: readonly (readonly SqliteValue[])[],
    target: { readonly file: string; readonly signal: AbortSignal },
  ): Promise<WrittenText> {
    const written = { rows: 0, bytes: 0, longestBytes: 0, runs: 0, odd: 0 };
    await using file = await open(target.file, 'w');
    for (const values of runs) {
      const [row] = await this.rows(sql, values, target.signal);
      const bytes = row?.[0];
      written.runs += 1;
      if (!(bytes instanceof Uint8Array)) continue;
      await file.writeFile(bytes);
      written.rows += Number(row?.[1] ?? 0);
      written.odd += Number(row?.[2] ?? 0);
      written.bytes += bytes.byteLength;
      written.longestBytes = Math.max(written.longestBytes, bytes.byteLength);
      if (written.bytes >= this.chunkBytes) break;
    }
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
  }
}
