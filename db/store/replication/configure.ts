import { createClient } from '@libsql/client';
import {
  ExpectedError,
  type ReplicationInput,
  type ReplicationSetting,
  replicationSetting,
} from '../../model';
import { joinSignals } from '../../runtime';
import { makeStoreDirectory, storeFiles } from '../directory';
import { askPrimary } from './replica-engine';
import { saveReplication } from './setting';
import { readTls } from './tls';

const CHECK_LIMIT_MS = 10_000;

/** Checks what a store is to be, as far as it can be checked now, then keeps it for the next start. What fails changes nothing. */
export async function configureReplication(
  directory: string,
  input: ReplicationInput,
  signal?: AbortSignal,
): Promise<ReplicationSetting> {
  const files = storeFiles(directory);
  const parsed = replicationSetting.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ExpectedError('STORE_UNAVAILABLE', `${issue?.path.join('.')} ${issue?.message}.`, {
      action: 'Correct it, then try again.',
    });
  }
  const setting = parsed.data;
  makeStoreDirectory(files);
  using limited = joinSignals([AbortSignal.timeout(CHECK_LIMIT_MS), ...(signal ? [signal] : [])]);
  const limit = limited.signal;
  if ('tls' in setting && setting.tls !== null) readTls(setting.tls);
  if (setting.role === 'replica') await askPrimary({ files }, setting, limit);
  if (setting.role === 'embedded-replica') await askRemote(setting, limit);
  saveReplication(files, setting);
  return setting;
}

async function askRemote(
  { syncUrl, token }: Extract<ReplicationSetting, { role: 'embedded-replica' }>,
  signal: AbortSignal,
) {
  const ask: typeof fetch = (input, init) => fetch(input, { ...init, signal });
  const client = createClient({
    url: syncUrl,
    fetch: ask,
    ...(token === null ? {} : { authToken: token }),
  });
  try {
    await client.execute('SELECT 1');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ExpectedError(
      'STORE_UNAVAILABLE',
      `The remote database ${syncUrl} cannot be used: ${why}.`,
      { path: syncUrl, action: 'Compare its address and its token.' },
      { cause },
    );
  } finally {
    client.close();
  }
}
