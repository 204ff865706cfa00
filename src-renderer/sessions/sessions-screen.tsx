import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { commandState } from '../app/commands';
import { live } from '../app/live';
import { frameParts } from '../app/overlays';
import { listSearchOf, type SessionsSearch, scopeOf, sortOf } from '../app/search';
import { useLive, useSources } from '../app/use-live';
import { OpenScreen } from '../open';
import { PartialNote, plural } from '../ui';
import { DemoNote } from './demo-note';
import { Facets } from './facets';
import { Histogram } from './histogram';
import { Inspector } from './inspector';
import { shownScope } from './selection';
import { SessionTable } from './session-table';
import styles from './sessions-screen.module.css';
import { Toolbar } from './toolbar';
import { TotalsStrip } from './totals-strip';

/** The list of sessions: what is open, filtered, ordered and chosen by the address. */
export function SessionsScreen() {
  const search = useSearch({ from: '/sessions' });
  const workspace = useLive(live.workspace);
  const sources = useSources();
  if (workspace !== null && sources.length === 0 && workspace.opening.length === 0) return <OpenScreen />;
  return <Listing search={search} />;
}

function Listing({ search }: { readonly search: SessionsSearch }) {
  const navigate = useNavigate({ from: '/sessions' });
  const scope = useMemo(() => scopeOf(search), [search]);
  const sort = useMemo(() => sortOf(search), [search]);
  const hasInspector = useLive(frameParts.inspector);
  const hasFacets = useLive(frameParts.facets);
  const { checked } = useLive(commandState);
  const change = (part: SessionsSearch): void =>
    void navigate({ search: (before) => listSearchOf({ ...before, ...part }) });
  // The list shown last is what export and select all are about, outside React.
  useEffect(() => shownScope.set(scope), [scope]);
  return (
    <div className={styles.screen}>
      <Toolbar search={search} onChange={change} />
      <DemoNote shown={search.sources} />
      <ReadingNote />
      <Histogram
        scope={scope}
        from={search.from}
        to={search.to}
        onBrush={(range) => change(range ?? { from: undefined, to: undefined })}
      />
      <TotalsStrip scope={scope} />
      <div className={styles.body}>
        {hasFacets && (
          <Facets
            scope={scope}
            filter={search.q ?? ''}
            onFilter={(q) => change({ q: q === '' ? undefined : q })}
          />
        )}
        <SessionTable
          scope={scope}
          sort={sort}
          search={search}
          isCompact={checked['view.compact'] === true}
          onSort={(key) =>
            change(
              sort.key === key
                ? { sort: key, asc: sort.descending ? true : undefined }
                : { sort: key, asc: key === 'title' || key === 'model' ? true : undefined },
            )
          }
        />
        {hasInspector && <Inspector search={search} />}
      </div>
    </div>
  );
}

/** Sums are of what has been read so far: says of which sources more is to come. */
function ReadingNote() {
  const reading = useSources().filter((source) => source.progress !== null);
  const [first] = reading;
  if (first === undefined) return null;
  const subject = reading.length === 1 ? first.name : plural(reading.length, 'source');
  return (
    <PartialNote>
      {subject} {reading.length === 1 ? 'is' : 'are'} still being read
      {first.progress?.total == null ? '' : ` (${first.progress.stage})`}. Figures cover what has been read so
      far; “–” is not read yet.
    </PartialNote>
  );
}
