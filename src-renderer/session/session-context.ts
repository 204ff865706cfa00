import { createContext, useContext } from 'react';
import type { SessionRef } from '../../src-main/contract';
import type { SessionSearch } from '../app/search';

export const SessionRefContext = createContext<SessionRef | null>(null);

/** The session that is shown. */
export function useSessionRef(): SessionRef {
  const ref = useContext(SessionRefContext);
  if (ref === null) throw new Error('no session around');
  return ref;
}

/** A tab's part of the address. */
export interface SessionView {
  readonly search: SessionSearch;
  readonly change: (change: SessionSearch) => void;
}
