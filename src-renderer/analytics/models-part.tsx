import type { UseQueryResult } from '@tanstack/react-query';
import { ModelTable } from '../session';
import { ErrorState } from '../ui';
import styles from './analytics.module.css';
import type { Models } from './analytics-charts';
import type { ModelColours } from './model-colours';

interface Props {
  readonly query: UseQueryResult<Models, unknown>;
  readonly colourOf: ModelColours | null;
}

/** What each model did, cost and how long it took. */
export function ModelsPart({ query, colourOf }: Props) {
  const { data } = query;
  if (query.isError) return <ErrorState error={query.error} inline onRetry={() => void query.refetch()} />;
  return (
    <div className={styles.wide}>
      <h2 className={styles.section}>By model</h2>
      {data && (
        <ModelTable
          {...(colourOf && { colourOf })}
          rows={data.models.map((model) => ({
            ...model,
            latencies: [
              ['p50', model.p50Ms],
              ['p95', model.p95Ms],
              ['p99', model.p99Ms],
            ],
          }))}
        />
      )}
    </div>
  );
}
