import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { sessionTimeline } from '../queries';
import { useSessionRef } from '../session-context';
import type { SessionTimeline, TimeWindow } from './timeline-layout';

/**
 * What is drawn of a session: all of it or, where bars are joined and the window is narrower, what the window shows of it. The lanes stay
 * those of the whole.
 */
export function useBars(whole: SessionTimeline, window: TimeWindow | null): SessionTimeline {
  const ref = useSessionRef();
  const isJoined = whole.bars.some(({ bars }) => bars > 1);
  const narrower = useQuery({
    ...sessionTimeline(ref, window ?? undefined),
    enabled: window !== null && isJoined,
    placeholderData: keepPreviousData,
  });
  if (window === null || !isJoined || narrower.data === undefined) return whole;
  return { ...whole, bars: narrower.data.bars };
}
