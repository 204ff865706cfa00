/**
 * A thing that changes, as a stream of replaceable snapshots: the present one at once, then after each change the newest. A slow reader
 * skips what was replaced and always gets the last.
 */
export async function* streamSnapshots<T>(
  source: { readonly read: () => T; readonly onChange: (listener: () => void) => Disposable },
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  let isChanged = false;
  let wake = () => {};
  using _subscription = source.onChange(() => {
    isChanged = true;
    wake();
  });
  const stop = () => wake();
  signal?.addEventListener('abort', stop);
  try {
    yield source.read();
    while (!isAborted(signal)) {
      if (isChanged) {
        isChanged = false;
        yield source.read();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
