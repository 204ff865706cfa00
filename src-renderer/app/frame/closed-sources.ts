import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { keepSources, selection } from '../../sessions';
import { live } from '../live';
import { useLive } from '../use-live';

/** A source that is closed takes its sessions out of what is selected, and is not what a screen shows alone any more. */
export function ClosedSources() {
  const workspace = useLive(live.workspace);
  const { pathname, search } = useRouterState({ select: ({ location }) => location });
  const shown = 'sources' in search && Array.isArray(search.sources) ? search.sources : [];
  const navigate = useNavigate();
  const before = useRef<ReadonlySet<string>>(new Set());
  // The workspace changes outside React; a source that is opened again, as after a crash of the engine, was not closed.
  useEffect(() => {
    if (workspace === null || workspace.opening.length > 0) return;
    const open = new Set(workspace.sources.map(({ sourceId }) => sourceId));
    const closed = [...before.current].filter((sourceId) => !open.has(sourceId));
    before.current = open;
    if (closed.length === 0) return;
    selection.set(keepSources(selection.get(), (sourceId) => !closed.includes(sourceId)));
    const to = pathname === '/sessions' || pathname === '/analytics' ? pathname : undefined;
    if (to !== undefined && shown.length > 0 && shown.every((sourceId) => closed.includes(sourceId)))
      void navigate({ to, search: (old) => ({ ...old, sources: undefined }), replace: true });
  });
  return null;
}
