import { EmptyState } from '../ui';

/** A page without a token may not ask anything. The theme cannot be asked for either. */
export function TokenMissing() {
  return (
    <main style={{ height: '100%' }}>
      <EmptyState title="This address has no key">
        <p>
          Open the address that <code>stepscope serve</code> printed: it ends in <code>#token=…</code>. The
          key stays in the tab that it was opened in.
        </p>
      </EmptyState>
    </main>
  );
}
