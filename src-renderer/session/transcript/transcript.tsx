import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { SessionSearch } from '../../app/search';
import { EmptyState, ErrorState, Skeleton } from '../../ui';
import { placeInTranscript, transcriptPage } from '../queries';
import { type SessionView, useSessionRef } from '../session-context';
import { AuthorsContext } from './item-views';
import styles from './items.module.css';
import { TranscriptList } from './transcript-list';

/** The conversation: messages, calls, tool calls and rewards, by step. */
export function Transcript({ search, change }: SessionView) {
  const ref = useSessionRef();
  const first = useQuery(transcriptPage(ref, 0));
  const { step, event } = search;
  // The place that a link asked for. The list's own movements also pass through the address, and ask for nothing.
  const [asked, setAsked] = useState({ step, event });
  const [seen, setSeen] = useState(step);
  const [ownSteps] = useState(() => new Set<string | undefined>());
  if (step !== seen) {
    setSeen(step);
    if (!ownSteps.delete(step)) setAsked({ step, event });
  }
  const authors = useMemo(() => {
    const spoken = (first.data?.items ?? []).flatMap((item) =>
      item.kind === 'message' && item.role === 'assistant' && item.author !== null ? [item.author] : [],
    );
    return [...new Set(spoken)];
  }, [first.data]);
  const isPlaced = asked.step !== undefined || asked.event !== undefined;
  const start = useQuery({ ...placeInTranscript(ref, asked), enabled: isPlaced });
  const changeHere = (next: SessionSearch) => {
    if ('step' in next && next.step !== step) ownSteps.add(next.step);
    change(next);
  };
  if (first.isError) return <ErrorState error={first.error} onRetry={() => void first.refetch()} />;
  if (first.data === undefined || (isPlaced && start.isPending)) {
    return (
      <div className={styles.pending}>
        <Skeleton lines={14} height={32} />
      </div>
    );
  }
  if (first.data.total === 0) {
    return (
      <EmptyState title="No events or messages">
        This session holds no steps, events, messages or rewards.
      </EmptyState>
    );
  }
  return (
    <AuthorsContext value={authors}>
      <TranscriptList
        key={`${ref.sourceId}/${ref.sessionId}`}
        total={first.data.total}
        start={isPlaced ? (start.data ?? 0) : null}
        search={search}
        change={changeHere}
      />
    </AuthorsContext>
  );
}
