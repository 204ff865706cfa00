import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { LiveControls } from '../app/live-controls';
import { type AnalyticsSearch, scopeOf } from '../app/search';
import { useSource, useSources } from '../app/use-live';
import { FilterBar, shownScope } from '../sessions';
import { Button, formatTime, PartialNote } from '../ui';
import { ChartGroup, type ChartRange, gutterFor } from '../ui/chart';
import styles from './analytics.module.css';
import { modelName } from './analytics-charts';
import { LatencyPart } from './latency-part';
import { modelColours } from './model-colours';
import { ModelsPart } from './models-part';
import { latencyOf, type Measure, modelsOf, modelTableOf, rollingOf, usageOf } from './queries';
import { RollingPart } from './rolling-part';
import { UsagePart } from './usage-part';

/** Usage, latency and convergence of many sessions over time. */
export function AnalyticsScreen() {
  const search = useSearch({ from: '/analytics' });
  const navigate = useNavigate({ from: '/analytics' });
  const { q, sources, from, to } = search;
  const scope = useMemo(() => scopeOf({ q, sources, from, to }), [q, sources, from, to]);
  const measure: Measure = search.measure ?? 'reward';
  const usage = useQuery(usageOf(scope));
  const latency = useQuery(latencyOf(scope));
  const modelTable = useQuery(modelTableOf(scope));
  const rolling = useQuery(rollingOf(scope, measure));
  const models = useQuery(modelsOf());
  const colourOf = useMemo(
    () => (models.isPending ? null : modelColours(models.data ?? [])),
    [models.isPending, models.data],
  );
  const gutter = useMemo(
    () => gutterFor(['rolling 10', ...(usage.data?.tokens ?? []).map(({ model }) => modelName(model))]),
    [usage.data],
  );
  const change = (next: AnalyticsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const only = useSource(sources?.length === 1 ? (sources[0] ?? '') : '');
  // Export is about what is shown, and it lives outside this screen.
  useEffect(() => shownScope.set(scope), [scope]);
  const reading = useSources().filter(({ state }) => state === 'reading');

  const zoom = {
    range: rangeOf(from, to),
    setRange: (range: ChartRange) =>
      void navigate({
        search: (before) => ({
          ...before,
          from: range === null ? undefined : new Date(Math.floor(range[0])).toISOString(),
          to: range === null ? undefined : new Date(Math.ceil(range[1])).toISOString(),
        }),
      }),
  };
  const openBucket = (startMs: number, bucketMs: number) =>
    void navigate({
      to: '/sessions',
      search: {
        q,
        sources,
        from: new Date(startMs).toISOString(),
        to: new Date(startMs + bucketMs).toISOString(),
      },
    });

  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>Analytics</h1>
        {only !== undefined && (
          <Button size="small" title="Show all sources" onClick={() => change({ sources: undefined })}>
            {only.name} ×
          </Button>
        )}
        <FilterBar value={q ?? ''} onChange={(next) => change({ q: next === '' ? undefined : next })} />
        {(from !== undefined || to !== undefined) && (
          <span className={styles.window}>
            {formatTime(from)} to {formatTime(to)}
            <Button size="small" onClick={() => change({ from: undefined, to: undefined })}>
              All time
            </Button>
          </span>
        )}
        <span className={styles.space} />
        <LiveControls />
      </header>
      {reading.length > 0 && (
        <PartialNote>
          Still being read: {reading.map(({ name }) => name).join(', ')}. Charts show what is read so far.
        </PartialNote>
      )}
      <section className={styles.body} tabIndex={0} aria-label="Charts">
        <ChartGroup zoom={zoom}>
          <div className={styles.charts}>
            <UsagePart
              query={usage}
              isReading={reading.length > 0}
              {...{ colourOf, gutter }}
              onOpenBucket={openBucket}
            />
            <LatencyPart
              query={latency}
              isReading={reading.length > 0}
              gutter={gutter}
              onOpenBucket={openBucket}
            />
            <ModelsPart query={modelTable} colourOf={colourOf} />
            <RollingPart
              query={rolling}
              measure={measure}
              gutter={gutter}
              isReading={reading.length > 0}
              onMeasure={(next) => change({ measure: next })}
              onOpen={(ref) =>
                void navigate({
                  to: '/session/$sourceId/$sessionId',
                  params: { ...ref },
                  search: {
                    q,
                    sources,
                    from,
                    to,
                    ...(measure === 'convergence' && { tab: 'convergence' as const }),
                  },
                })
              }
            />
          </div>
        </ChartGroup>
      </section>
    </div>
  );
}

function rangeOf(from: string | undefined, to: string | undefined): ChartRange {
  const low = Date.parse(from ?? '');
  const high = Date.parse(to ?? '');
  return Number.isNaN(low) || Number.isNaN(high) || low >= high ? null : [low, high];
}
