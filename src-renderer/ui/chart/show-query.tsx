import { Popover } from 'radix-ui';
import type { Provenance } from '../../../src-main/contract';
import { Button } from '../controls';
import { useCopy } from '../copy';
import { formatInteger } from '../format';
import popover from '../popover.module.css';
import styles from './chart.module.css';

interface Props {
  readonly provenance: Provenance;
  /** What the figures are of, for the button's name. */
  readonly of: string;
}

/** How figures were made: the formula and the SQL that ran, to copy. */
export function ShowQuery({ provenance, of }: Props) {
  return (
    <Popover.Root>
      <Popover.Trigger className={styles.action} aria-label={`Show query of ${of}`}>
        Show query
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={popover.panel}
          sideOffset={6}
          collisionPadding={12}
          align="end"
          aria-label={`Query of ${of}`}
        >
          <ProvenanceText provenance={provenance} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Formula and SQL as text. */
export function ProvenanceText({ provenance }: { readonly provenance: Provenance }) {
  const { copied, copy } = useCopy();
  return (
    <>
      <div className={styles.queryHead}>
        <span>
          <strong>{formatInteger(provenance.n)}</strong> rows
        </span>
        <Button size="small" onClick={() => copy(`-- ${provenance.formula}\n${provenance.query}`)}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <p className={styles.formula}>{provenance.formula}</p>
      <pre className={styles.sql} tabIndex={0}>
        {provenance.query.trim()}
      </pre>
    </>
  );
}
