/** A signal that aborts when one of several does, for as long as it is used. */
export interface JoinedSignal extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * `AbortSignal.any` leaves something behind on each of them that is never taken away (Node 20, about 100 bytes a call): one that lives as long
 * as its process would gather them for a month. And it does not hold what it joins: an `AbortSignal.timeout` that nothing else listens to is
 * collected, and never aborts. Here nothing is left when it is disposed, and all are held until then.
 */
export function joinSignals(signals: readonly AbortSignal[]): JoinedSignal {
  const joined = new AbortController();
  const ends = signals.map((signal) => {
    const abort = () => joined.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    return () => signal.removeEventListener('abort', abort);
  });
  return {
    signal: joined.signal,
    [Symbol.dispose]: () => {
      for (const end of ends) end();
    },
  };
}
