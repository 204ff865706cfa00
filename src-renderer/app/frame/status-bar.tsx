import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Pause } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { JobState, Source } from '../../../src-main/contract';
import { scopeOfSelection, selection } from '../../sessions';
import {
  Button,
  cx,
  formatCompact,
  formatInteger,
  formatPercent,
  formatTime,
  Meter,
  Money,
  plural,
  Tokens,
} from '../../ui';
import { runCommand } from '../commands';
import { data, dataClient, dataPipe, shellClient } from '../connect';
import { waitingText } from '../hold';
import { type EngineEvent, live } from '../live';
import { notify, openOverlay } from '../overlays';
import { readFraction, readSoFar } from '../read-fraction';
import { useLive, useSources } from '../use-live';
import styles from './status-bar.module.css';

export function StatusBar() {
  const reading = useSources().filter((source) => source.progress !== null);
  const jobs = useLive(live.jobs);
  return (
    <footer className={styles.bar}>
      <EngineStatus />
      <PausedStatus />
      {reading.length > 0 && <MirrorStatus reading={reading} />}
      {jobs.length > 0 && <JobStatus jobs={jobs} />}
      <span className={styles.space} />
      <SelectionTotals />
    </footer>
  );
}

/** On every screen: a window that stands still must not look like one in which nothing happens. */
function PausedStatus() {
  const heldAt = useLive(live.workspace)?.heldAt ?? null;
  const sources = useSources();
  if (heldAt === null) return null;
  return (
    <button
      type="button"
      className={cx(styles.part, styles.click, styles.paused)}
      title={`Paused at ${formatTime(heldAt)}. Click to resume.`}
      onClick={() => runCommand('view.pause')}
    >
      <Pause size={12} aria-hidden />
      paused · {waitingText(sources)}
    </button>
  );
}

function engineSays(pipe: string, event: EngineEvent | null): { tone: string | undefined; text: string } {
  if (event?.state === 'failed') return { tone: styles.bad, text: 'engine failed' };
  if (event?.state === 'restarting') return { tone: styles.wait, text: 'engine restarting' };
  if (pipe === 'lost') return { tone: styles.wait, text: 'reconnecting' };
  if (pipe === 'connecting' || event?.state === 'starting')
    return { tone: styles.wait, text: 'engine starting' };
  return { tone: styles.good, text: 'engine ready' };
}

function EngineStatus() {
  const pipe = useSyncExternalStore(dataPipe.subscribe, () => dataPipe.state);
  const event = useLive(live.engine);
  const { tone, text } = engineSays(pipe, event);
  return (
    <span className={styles.part} title={event?.detail} role="status">
      <span className={cx(styles.dot, tone)} aria-hidden />
      {text}
      {event?.state === 'failed' && (
        <Button size="small" variant="quiet" className={styles.action} onClick={startEngine}>
          Start Again
        </Button>
      )}
    </span>
  );
}

function startEngine(): void {
  shellClient
    .controlEngine({ action: 'start' })
    .catch((error: unknown) => notify({ title: 'The engine was not started', error }));
}

/** How far what is being read is, over all sources whose size is known. */
function MirrorStatus({ reading }: { readonly reading: readonly Source[] }) {
  const [first] = reading;
  const parts = reading.map(({ progress }) => readFraction(progress)).filter((part) => part !== null);
  const rate = reading.reduce((sum, { progress }) => sum + (progress?.rowsPerSecond ?? 0), 0);
  const fraction = parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0) / parts.length;
  const stop = (): void => {
    for (const { sourceId } of reading) {
      dataClient.sources
        .close({ sourceId })
        .catch((error: unknown) => notify({ title: 'Reading was not stopped', error }));
    }
  };
  return (
    <span className={styles.part}>
      <span>
        {first !== undefined && reading.length === 1
          ? `${first.name}: ${doneOf(first)}`
          : `reading ${reading.length} sources`}
        {fraction !== null && ` · ${formatPercent(fraction)}`}
      </span>
      {fraction !== null && <Meter label="Reading" fraction={fraction} className={styles.meter} />}
      {rate > 0 && <span>{formatCompact(rate)} rows/s</span>}
      <Button
        size="small"
        variant="quiet"
        className={styles.action}
        onClick={stop}
        title="Stops and closes it"
      >
        Cancel
      </Button>
    </span>
  );
}

/** Documents are read one after the other, all stages of each: there the bytes say how far it is, or the rows. */
function doneOf({ progress, rows }: Source): string {
  const bytes = readSoFar(progress);
  if (bytes !== null) return bytes;
  if (progress !== null && progress.total !== null) return progress.stage;
  return plural(
    Object.values(rows).reduce((sum, count) => sum + count, 0),
    'row',
  );
}

function JobStatus({ jobs }: { readonly jobs: readonly JobState[] }) {
  const running = jobs.filter((job) => job.status === 'running');
  const [job] = running;
  const failed = jobs.filter((one) => one.status === 'failed').length;
  const text =
    job === undefined
      ? failed > 0
        ? `${plural(failed, 'job')} failed`
        : `${plural(jobs.length, 'job')} finished`
      : `${job.title}: ${job.phase}`;
  return (
    <button
      type="button"
      className={cx(styles.part, styles.click)}
      onClick={() => openOverlay({ kind: 'jobs' })}
    >
      <span>{text}</span>
      {job !== undefined && job.total !== null && job.total > 0 && (
        <Meter label={job.title} fraction={job.done / job.total} className={styles.meter} />
      )}
      {running.length > 1 && <span>+{running.length - 1}</span>}
    </button>
  );
}

function SelectionTotals() {
  const chosen = useLive(selection);
  const scope = scopeOfSelection(chosen);
  const count = chosen.kind === 'some' ? chosen.refs.size : null;
  const totals = useQuery({
    ...data.sessions.totals.queryOptions({ input: { scope: scope ?? { q: '' } } }),
    enabled: scope !== null && count !== 1,
    placeholderData: keepPreviousData,
  });
  if (scope === null || count === 1) return null;
  return (
    <span className={styles.part} role="status">
      <span>{formatInteger(count ?? totals.data?.sessions)} selected</span>
      {totals.data !== undefined && (
        <>
          <Tokens total={totals.data.tokens.total} unit />
          <Money cost={totals.data.cost} />
        </>
      )}
    </span>
  );
}
