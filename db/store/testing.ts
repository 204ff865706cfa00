import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@libsql/client';
import type { RunningStore } from './running-store';

/** For tests: a folder that goes with its scope. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'stepscope-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** For tests: a stock client that goes with its scope. */
export function connect(
  store: Pick<RunningStore, 'url' | 'token'>,
  token = store.token,
): Client & Disposable {
  const client = createClient({ url: store.url, ...(token === null ? {} : { authToken: token }) });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}
