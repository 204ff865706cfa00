import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Scope } from '../../src-main/contract';
import { data } from '../app/connect';
import { useIsReading } from '../app/use-live';
import { Count, Figure, formatNumber, Money, plural, Tokens } from '../ui';
import styles from './totals-strip.module.css';

/** The sums of what is listed. */
export function TotalsStrip({ scope }: { readonly scope: Scope }) {
  const { data: totals } = useQuery({
    ...data.sessions.totals.queryOptions({ input: { scope } }),
    placeholderData: keepPreviousData,
  });
  const counted = useCounted();
  return (
    <dl className={styles.strip} aria-label="Totals of the sessions listed">
      <Total name="Cost">
        <Money cost={totals?.cost} />
      </Total>
      <Total name="Tokens">
        <Tokens
          total={counted(totals?.tokens.total)}
          input={totals?.tokens.input}
          output={totals?.tokens.output}
        />
      </Total>
      <Total name="Mean reward">
        <Figure
          value={formatNumber(totals?.meanReward, 3)}
          explanation={
            totals === undefined ? undefined : `Mean of ${plural(totals.rewarded, 'session')} with a reward`
          }
        />
      </Total>
      <Total name="LM calls">
        <Count value={counted(totals?.lmCalls)} />
      </Total>
      <Total name="Steps">
        <Count value={counted(totals?.steps)} />
      </Total>
      <Total name="Events">
        <Count value={counted(totals?.events)} />
      </Total>
      <Total name="Messages">
        <Count value={counted(totals?.messages)} />
      </Total>
      <Total name="Errors" isBad={(totals?.errors ?? 0) > 0}>
        <Count value={counted(totals?.errors)} />
      </Total>
    </dl>
  );
}

/** Nothing counted yet, while rows are still coming, is not zero. */
export function useCounted(): (value: number | null | undefined) => number | null | undefined {
  const isReading = useIsReading();
  return (value) => (value === 0 && isReading ? undefined : value);
}

interface TotalProps {
  readonly name: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

function Total({ name, isBad = false, children }: TotalProps) {
  return (
    <div className={styles.total}>
      <dt>{name}</dt>
      <dd data-bad={isBad || undefined}>{children}</dd>
    </div>
  );
}
