import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { SessionRef } from '../../src-main/contract';
import { useScreenCommands } from '../app/commands';
import { listSearchOf, type SessionSearch, scopeOf, sortOf } from '../app/search';
import { shownScope } from '../sessions';
import { Button, ErrorState, PartialNote, Skeleton } from '../ui';
import { sessionDetail, sessionNeighbours } from './queries';
import { SessionRefContext } from './session-context';
import { SessionHeader } from './session-header';
import styles from './session-screen.module.css';
import { SessionTabs } from './session-tabs';

/** What is one key away is there before it is asked for, so that the frame and the focus stay. */
function Ahead({ to }: { readonly to: SessionRef }) {
  usePrefetchQuery(sessionDetail(to));
  return null;
}

/** One session, in full. */
export function SessionScreen() {
  const { sourceId, sessionId } = useParams({ from: '/session/$sourceId/$sessionId' });
  const search = useSearch({ from: '/session/$sourceId/$sessionId' });
  const navigate = useNavigate({ from: '/session/$sourceId/$sessionId' });
  const ref = useMemo(() => ({ sourceId, sessionId }), [sourceId, sessionId]);
  const detail = useQuery(sessionDetail(ref));
  const neighbours = useQuery(sessionNeighbours(ref, scopeOf(search), sortOf(search)));

  // Export is about what is shown, and it lives outside this screen.
  useEffect(() => shownScope.set({ q: '', sessions: [ref] }), [ref]);

  const change = (next: SessionSearch) =>
    void navigate({
      search: (before) => ({ ...before, ...next }),
      // Another tab is a step back; a scroll position, a zoom or a search is not.
      replace: next.tab === undefined || next.tab === (search.tab ?? 'transcript'),
    });
  const goTo = (to: SessionRef | null | undefined) => {
    if (!to) return;
    const { tab, profile, table } = search;
    void navigate({
      to: '/session/$sourceId/$sessionId',
      params: { ...to },
      search: { ...listSearchOf(search), tab, profile, table },
    });
  };
  const back = () => void navigate({ to: '/sessions', search: listSearchOf(search) });
  useScreenCommands({
    'go.back': back,
    'go.previousSession': () => goTo(neighbours.data?.previous),
    'go.nextSession': () => goTo(neighbours.data?.next),
  });

  if (detail.isError) {
    return (
      <ErrorState error={detail.error} onRetry={() => void detail.refetch()}>
        <Button size="small" onClick={back}>
          Back to the list
        </Button>
      </ErrorState>
    );
  }
  return (
    <SessionRefContext value={ref}>
      <div className={styles.screen}>
        {neighbours.data?.next && <Ahead to={neighbours.data.next} />}
        {neighbours.data?.previous && <Ahead to={neighbours.data.previous} />}
        {detail.data === undefined ? (
          <div className={styles.waiting}>
            <Skeleton lines={3} height={28} />
          </div>
        ) : (
          <>
            <SessionHeader
              detail={detail.data}
              neighbours={neighbours.data}
              listSearch={listSearchOf(search)}
              goTo={goTo}
              change={change}
            />
            {detail.data.pending.length > 0 && (
              <PartialNote>
                Still being read: {detail.data.pending.join(', ')}. Figures and rows are those read so far.
              </PartialNote>
            )}
            <SessionTabs search={search} change={change} />
          </>
        )}
      </div>
    </SessionRefContext>
  );
}
