import { ExpectedError } from '../../model';
import { openTracingV3 } from '../tracing-v3';
import type { TraceSource } from '../types';
import { remoteFailure } from './errors';
import { RemoteReader } from './reader';

export interface RemotePlace {
  readonly url: string;
  readonly token?: string | undefined;
}

/** A remote libsql or sqld database as a source. It has no file to look at, so what it holds is its fingerprint. */
export async function openRemote(place: RemotePlace, signal: AbortSignal): Promise<TraceSource> {
  const source = await openTracingV3(
    {
      format: 'libsql',
      name: hostOf(place.url, signal),
      location: place.url,
      namespace: null,
      watched: [],
      open: async () => new RemoteReader(place.url, place.token),
      stamp: undefined,
    },
    signal,
  );
  if (source !== undefined) return source;
  throw new ExpectedError('FORMAT_UNKNOWN', `${place.url} is a libsql database, but holds no traces.`, {
    path: place.url,
    detected: 'libsql database',
    action: 'Open a database that an agent traced into.',
  });
}

function hostOf(url: string, signal: AbortSignal): string {
  try {
    return new URL(url).host;
  } catch (error) {
    throw remoteFailure(error, url, signal);
  }
}
