import { useMemo } from 'react';
import { live } from '../app/live';
import type { SessionsSearch } from '../app/search';
import { useLive, useSources } from '../app/use-live';
import { useWindowWidth } from '../ui';
import { columnsOf, type SessionColumn } from './columns';

/** The columns of the list: those that were chosen, or the usual ones of what it shows. */
export function useSessionColumns({ sources: shown }: SessionsSearch): readonly SessionColumn[] {
  const { sessionColumns } = useLive(live.settings);
  const windowWidth = useWindowWidth();
  const listed = useSources().filter(
    ({ sourceId, sessions }) => (sessions ?? 0) > 0 && shown?.includes(sourceId) !== false,
  );
  const isMixed = listed.length > 1;
  return useMemo(
    () => columnsOf(sessionColumns, { windowWidth, isMixed }),
    [sessionColumns, windowWidth, isMixed],
  );
}
