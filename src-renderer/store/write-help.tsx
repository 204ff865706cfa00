import { Check, Copy } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { Button, EmptyState, useCopy } from '../ui';
import styles from './store-screen.module.css';
import { StoreSection } from './store-section';
import { masked, writeLinesOf } from './write-lines';

export interface WriteHelpProps {
  readonly url: string | null;
  readonly token: string | null;
}

/** Lines to copy. What is shown masks the token; what is copied holds it. */
export function WriteHelp({ url, token }: WriteHelpProps) {
  if (url === null) {
    return (
      <EmptyState title="The store has no address">
        It gets one when it runs; how to write to it appears here.
      </EmptyState>
    );
  }
  const real = writeLinesOf(url, token);
  const shown = writeLinesOf(url, token === null ? null : masked(token));
  return (
    <StoreSection title="Write to it">
      <Tabs.Root defaultValue="typescript">
        <Tabs.List className={styles.tabs} aria-label="Ways to write">
          {shown.map(({ id, title }) => (
            <Tabs.Trigger key={id} value={id} className={styles.tab}>
              {title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {shown.map(({ id, note, code }, nth) => (
          <Tabs.Content key={id} value={id} className={styles.ways}>
            <div className={styles.wayHead}>
              <p>{note}</p>
              <CopyLines text={real[nth]?.code ?? code} />
            </div>
            <pre className={styles.code} tabIndex={0}>
              {code}
            </pre>
          </Tabs.Content>
        ))}
      </Tabs.Root>
      <p className={styles.under}>
        What is written appears in Sessions within a quarter of a second of its commit. Copying puts the real
        token in place of the dots.
      </p>
    </StoreSection>
  );
}

function CopyLines({ text }: { readonly text: string }) {
  const { copied, copy } = useCopy();
  return (
    <Button size="small" onClick={() => copy(text)}>
      {copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      {copied ? 'Copied' : 'Copy'}
    </Button>
  );
}
