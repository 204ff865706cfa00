import { ExpectedError } from '../../model';
import { openRemote, openSqld, type TraceSource } from '../../sources';
import type { LiveStore } from './types';

/** This application's own store: read in place where its directory is here, over its URL where another process keeps it. */
export async function openLive(store: LiveStore | undefined, signal: AbortSignal): Promise<TraceSource[]> {
  if (store?.directory != null) return openSqld({ directory: store.directory, name: 'Live store' }, signal);
  if (store?.url != null) {
    const token = store.token === null ? {} : { token: store.token };
    return [await openRemote({ url: store.url, ...token }, signal)];
  }
  throw new ExpectedError('STORE_UNAVAILABLE', 'The live store is not running.', {
    action: 'Start it on the Store screen, then open it again.',
  });
}
