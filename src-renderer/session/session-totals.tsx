import { useQuery } from '@tanstack/react-query';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { RawTable, SessionRow } from '../../src-main/contract';
import { data } from '../app/connect';
import { Count, Duration, describeCost, ErrorState, Figure, formatNumber, Skeleton, Tokens } from '../ui';
import { ProvenanceText } from '../ui/chart';
import popover from '../ui/popover.module.css';
import type { SessionView } from './session-context';
import styles from './session-screen.module.css';

interface Props extends Pick<SessionView, 'change'> {
  readonly row: SessionRow;
}

type Explained = 'tokens' | 'cost' | 'reward' | 'duration' | 'errors';

/** The session's figures. Counts lead to their rows, the others say how they were made. */
export function SessionTotals({ row, change }: Props) {
  const rows = (table: RawTable) => () => change({ tab: 'rows', table, offset: undefined });
  const cost = describeCost(row.cost);
  return (
    <div className={styles.totals} role="group" aria-label="Totals of the session">
      <Total name="steps">
        <Count value={row.steps} onClick={rows('timesteps')} />
      </Total>
      <Total name="events">
        <Count value={row.events} onClick={rows('events')} />
      </Total>
      <Total name="messages">
        <Count value={row.messages} onClick={rows('messages')} />
      </Total>
      <Explain name="tokens" figure="tokens" row={row}>
        <Tokens total={row.tokens.total} input={row.tokens.input} output={row.tokens.output} />
      </Explain>
      <Explain name={cost.basis === 'none' ? 'cost' : `cost, ${cost.basis}`} figure="cost" row={row}>
        <Figure value={cost.text} mark={cost.mark} explanation={cost.explanation} />
      </Explain>
      <Explain name="duration" figure="duration" row={row}>
        <Duration milliseconds={row.durationMs} />
      </Explain>
      <Explain name="reward" figure="reward" row={row}>
        <Figure value={formatNumber(row.reward, 3)} />
      </Explain>
      <Explain name="errors" figure="errors" row={row}>
        <span data-bad={(row.errors ?? 0) > 0 || undefined}>
          <Count value={row.errors} />
        </span>
      </Explain>
    </div>
  );
}

function Total({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.total}>
      {children}
      <span className={styles.totalName}>{name}</span>
    </div>
  );
}

interface ExplainProps {
  readonly name: string;
  readonly figure: Explained;
  readonly row: SessionRow;
  readonly children: ReactNode;
}

function Explain({ name, figure, row, children }: ExplainProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className={styles.total}>
        {children}
        <span className={styles.totalName}>{name}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={popover.panel} sideOffset={6} collisionPadding={12} align="start">
          <Explanation figure={figure} row={row} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Explanation({ figure, row }: Pick<ExplainProps, 'figure' | 'row'>) {
  const query = useQuery(
    data.sessions.explain.queryOptions({ input: { scope: { q: '', sessions: [row.ref] }, figure } }),
  );
  if (query.isError) return <ErrorState error={query.error} inline />;
  if (query.data === undefined) return <Skeleton lines={4} />;
  return (
    <>
      {figure === 'cost' && <p className={styles.parts}>{describeCost(row.cost).explanation}</p>}
      <ProvenanceText provenance={query.data} />
    </>
  );
}
