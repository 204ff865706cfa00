import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { StoreStatus } from '../../../src-main/contract';
import { shellClient } from '../../app/connect';
import { live } from '../../app/live';
import { openOverlay } from '../../app/overlays';
import { useLive } from '../../app/use-live';
import { Button, Bytes, ErrorState, formatDuration, PartialNote, Time } from '../../ui';
import screen from '../store-screen.module.css';
import { StoreSection } from '../store-section';
import styles from './care.module.css';
import { backUpStore, checkStore, importIntoStore, pickBackup } from './care-actions';

/** What the store takes on the disk, how it ended last time, and what can be done for it. */
export function Care({ status }: { readonly status: StoreStatus }) {
  const ended = useLive(live.jobs).filter((job) => job.status !== 'running').length;
  const { lastCheckpointAt } = status.care;
  // Asked again when something of it can have changed: another megabyte, a checkpoint, a job that ended.
  const grown = Math.round((status.dataBytes ?? 0) / 1e6);
  const sizes = useQuery({
    queryKey: ['store-sizes', grown, lastCheckpointAt, ended, status.state],
    queryFn: ({ signal }) => shellClient.storeSizes(undefined, { signal }),
    placeholderData: (before) => before,
  });
  if (status.directory === null) return null;
  const found = sizes.data;
  const lines: readonly (readonly [string, ReactNode, string])[] = [
    [
      'Data',
      <Bytes key="data" bytes={found?.dataBytes} />,
      'The database, with space that new rows take first',
    ],
    [
      'WAL',
      <Bytes key="wal" bytes={found?.walBytes} />,
      'Commits that are not in the data file yet; emptied beyond its limit',
    ],
    ['Log', <Bytes key="log" bytes={found?.logBytes} />, "sqld's log for replicas, with its snapshots"],
    [
      'Archive',
      <Bytes key="archive" bytes={found?.archiveBytes} />,
      'Sessions that retention has moved to Parquet',
    ],
    ['Free on disk', <Bytes key="free" bytes={found?.freeBytes} />, 'What the disk still takes'],
    ['Checkpoint', <Time key="at" iso={lastCheckpointAt} />, 'When the WAL was last emptied'],
  ];
  const isRunning = status.state === 'running';
  return (
    <StoreSection title="Care">
      <UncleanNote status={status} />
      {sizes.isError && <ErrorState error={sizes.error} inline />}
      <dl className={screen.facts}>
        {lines.map(([name, value, explanation]) => (
          <div key={name} title={explanation}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.actions}>
        <Button size="small" onClick={() => void backUpStore()}>
          Back up…
        </Button>
        <Button size="small" onClick={() => void pickBackup()}>
          Restore…
        </Button>
        <Button size="small" onClick={() => void checkStore()}>
          Check
        </Button>
        <Button size="small" disabled={!isRunning} onClick={() => void importIntoStore()}>
          Import…
        </Button>
        <Button size="small" disabled={!isRunning} onClick={() => openOverlay({ kind: 'retention' })}>
          Retention…
        </Button>
      </div>
    </StoreSection>
  );
}

function UncleanNote({ status: { care } }: { readonly status: StoreStatus }) {
  const { uncleanEnd } = care;
  if (uncleanEnd === null) return null;
  const { tookMs } = uncleanEnd;
  return (
    <PartialNote>
      The store was not shut down cleanly last time; no committed row is lost.{' '}
      {tookMs === null
        ? 'sqld rebuilds its log from the data now, about five seconds a gigabyte.'
        : `sqld rebuilt its log from the data; that start took ${formatDuration(tookMs)}.`}
    </PartialNote>
  );
}
