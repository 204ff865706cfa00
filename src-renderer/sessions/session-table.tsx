import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Scope, SessionRef, SessionRow, SessionSort, SessionSortKey } from '../../src-main/contract';
import { sessionSortKey } from '../../src-main/contract';
import { runCommand, useScreenCommands } from '../app/commands';
import { dataClient } from '../app/connect';
import { Live } from '../app/live';
import { frameParts, notify, openOverlay } from '../app/overlays';
import { listSearchOf, type SessionsSearch } from '../app/search';
import { changeSettings } from '../app/settings';
import { useIsReading, useLive } from '../app/use-live';
import {
  Button,
  ContextMenu,
  copyText,
  EmptyState,
  ErrorState,
  findRow,
  formatInteger,
  NewRows,
  type Pressed,
  type ScrollPlace,
  Table,
  type TableControl,
} from '../ui';
import { withWidth } from './columns';
import { refsOfRange } from './range-refs';
import { isSelected, mostRefs, nothing, refKey, select, selection, toggle } from './selection';
import styles from './session-table.module.css';
import { useSessionColumns } from './use-session-columns';
import { type Generation, useSessionPages } from './use-session-pages';

export interface SessionTableProps {
  readonly scope: Scope;
  readonly sort: SessionSort;
  readonly search: SessionsSearch;
  readonly isCompact: boolean;
  readonly onSort: (key: SessionSortKey) => void;
}

interface Stand {
  readonly key: string;
  readonly place: ScrollPlace;
  readonly active: number | null;
  readonly activeKey: string | null;
  readonly generation: Generation | null;
}

/** Where the list stood when it was left, to come back to. */
const stand = new Live<Stand | null>(null);

export function SessionTable(props: SessionTableProps) {
  const { scope, sort } = props;
  const key = JSON.stringify([scope, sort]);
  // Another question begins at its top; the same one where it was left.
  return <KeyedTable key={key} {...props} standKey={key} />;
}

function KeyedTable(props: SessionTableProps & { readonly standKey: string }) {
  const { scope, sort, search, isCompact, onSort, standKey } = props;
  const before = stand.get();
  const start = useRef(
    before?.key === standKey
      ? before
      : { key: standKey, place: { top: 0 }, active: null, activeKey: null, generation: null },
  );
  const [active, setActive] = useState<number | null>(start.current.active);
  const anchor = useRef<number | null>(start.current.active);
  const chosen = useLive(selection);
  const control = useRef<TableControl>(null);
  const follows = useLive(frameParts.follow);
  const [isPointed, setPointed] = useState(false);
  const pages = useSessionPages({
    scope,
    sort,
    before: start.current.generation,
    anchorIndex: () => control.current?.anchorIndex() ?? null,
  });
  const columns = useSessionColumns(search);
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);

  // The keyboard works at once, unless somebody is typing or the frame is worked.
  useEffect(() => {
    if (document.activeElement === document.body)
      box.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
  }, []);

  // Rows that come or go move the others: the keyboard stays on its session, not on its place.
  const activeKey = useRef<string | null>(start.current.activeKey);
  const shifted = useRef(0);
  const awaited = useRef<{ readonly index: number; readonly isOpened: boolean } | null>(null);
  useEffect(() => {
    if (active === null || activeKey.current === null) return;
    const { moved } = pages.generation;
    const found = findRow(pages.getRow, keyOfRow, { index: active, key: activeKey.current }, moved);
    // Scrolled away from it: it is not loaded, and has gone on with the others.
    const isAway = found === null && shifted.current !== pages.generation.number;
    shifted.current = pages.generation.number;
    const now = isAway && pages.getRow(active) === undefined ? active + moved : found;
    if (now === null || now === active) return;
    if (anchor.current !== null) anchor.current += now - active;
    setActive(now);
  }, [pages.getRow, pages.generation, active]);
  // Where the list stood is asked when it is shown again, by another element.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it writes to what is there, and is made anew by each drawing
  useEffect(() => remember({ generation: pages.generation }), [pages.generation]);

  const remember = (part: Partial<Stand>): void => {
    const now = stand.get();
    stand.set({ ...(now?.key === standKey ? now : start.current), ...part });
  };
  const activate = (index: number, pressed: Pressed): void => {
    const ref = pages.getRow(index)?.ref;
    setActive(index);
    activeKey.current = ref === undefined ? null : refKey(ref);
    remember({ active: index, activeKey: activeKey.current });
    awaited.current = ref === undefined ? { index, isOpened: false } : null;
    if (ref === undefined) return;
    if (pressed.shift && anchor.current !== null) selectRange(anchor.current, index);
    else {
      anchor.current = index;
      selection.set(pressed.toggle ? toggle(chosen, ref) : select([ref]));
    }
  };
  /** From the anchor, also over pages that were never loaded; a later choice wins over one that is still being made. */
  const selectRange = (from: number, to: number): void => {
    const count = Math.abs(to - from) + 1;
    if (count === pages.total) {
      selection.set({ kind: 'all', scope });
      return;
    }
    const taken = Math.min(count, mostRefs);
    const first = to >= from ? from : from - taken + 1;
    const before = selection.get();
    refsOfRange(
      { first, end: first + taken },
      (index) => pages.getRow(index)?.ref,
      async (page) => (await dataClient.sessions.list({ scope, sort, ...page })).rows.map(({ ref }) => ref),
    ).then(
      (refs) => {
        if (selection.get() !== before) return;
        selection.set(select(refs));
        if (taken < count)
          notify({ title: `${formatInteger(taken)} sessions selected`, note: rangeLimit(count) });
      },
      (error: unknown) => notify({ title: 'The range was not selected', error }),
    );
  };
  const open = (index: number): void => {
    const ref = pages.getRow(index)?.ref;
    awaited.current = ref === undefined ? { index, isOpened: true } : null;
    if (ref !== undefined) openRef(ref);
  };
  const openRef = ({ sourceId, sessionId }: SessionRef): void =>
    void navigate({
      to: '/session/$sourceId/$sessionId',
      params: { sourceId, sessionId },
      search: listSearchOf(search),
    });
  // A row that was chosen before it had come is chosen, or opened, as soon as it is there.
  useEffect(() => {
    const wanted = awaited.current;
    if (wanted === null || pages.getRow(wanted.index) === undefined) return;
    if (wanted.isOpened) open(wanted.index);
    else activate(wanted.index, { shift: false, toggle: false });
  });
  const isNewestFirst = sort.key === 'created' && sort.descending;
  const toNewest = (): void => {
    if (!isNewestFirst)
      void navigate({ to: '/sessions', search: { ...search, sort: undefined, asc: undefined } });
    control.current?.toTop();
    pages.onNewest();
  };
  useScreenCommands({
    'edit.selectAll': () => selection.set({ kind: 'all', scope }),
    'go.newest': toNewest,
  });
  // Following begins at the newest, however it was switched on.
  useEffect(() => {
    if (follows) newest.current();
  }, [follows]);
  const newest = useRef(toNewest);
  newest.current = toNewest;

  const menu = () => {
    const row = active === null ? undefined : pages.getRow(active);
    if (row === undefined || active === null) return [];
    const { sourceId, sessionId } = row.ref;
    const link = `${location.href.split('#')[0]}#/session/${encodeURIComponent(sourceId)}/${encodeURIComponent(sessionId)}`;
    return [
      [{ title: 'Open Session', keys: 'Enter', run: () => openRef(row.ref) }],
      [
        { title: 'Copy Session Id', run: () => void copyText(sessionId) },
        { title: 'Copy Link', run: () => void copyText(link) },
      ],
      [
        { title: 'Select All Sessions', keys: 'Ctrl+A', run: () => void runCommand('edit.selectAll') },
        { title: 'Clear Selection', run: () => selection.set(nothing) },
      ],
      [{ title: 'Export Selection…', run: () => openOverlay({ kind: 'export', format: 'parquet' }) }],
    ];
  };

  const { first } = pages;
  if (first.isError && !pages.isKnown) {
    return (
      <div className={styles.box}>
        <ErrorState error={first.error} onRetry={() => void first.refetch()} />
      </div>
    );
  }
  const isFiltered = scope.q !== '' || scope.from !== undefined || scope.sourceIds !== undefined;
  return (
    <div
      className={styles.box}
      ref={box}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
    >
      {isNewestFirst && pages.generation.above > 0 && (
        <NewRows at="top" count={pages.generation.above} onShow={toNewest} />
      )}
      <ContextMenu groups={menu}>
        <div className={styles.grid}>
          <Table
            label="Sessions"
            columns={columns}
            rowCount={pages.isKnown ? pages.total : 20}
            getRow={pages.getRow}
            keyOf={keyOfRow}
            rowHeight={isCompact ? 26 : 32}
            onRange={pages.onRange}
            sort={{ id: sort.key, descending: sort.descending }}
            onSort={(id) => onSort(sessionSortKey.parse(id))}
            onResizeColumn={(id, width) => changeSettings({ sessionColumns: withWidth(columns, id, width) })}
            activeIndex={active}
            onActivate={activate}
            onOpen={open}
            isSelected={(row) => isSelected(chosen, row.ref)}
            onContextRow={(index) => {
              const ref = pages.getRow(index)?.ref;
              if (ref !== undefined && !isSelected(chosen, ref))
                activate(index, { shift: false, toggle: false });
              else {
                setActive(index);
                activeKey.current = ref === undefined ? null : refKey(ref);
              }
            }}
            place={start.current.place}
            onScrolled={(place) => {
              remember({ place });
              if (place.top === 0) pages.onTop();
            }}
            isAnchored={!follows && (active !== null || isPointed)}
            keepsFirst={pages.generation.isAnchored}
            moved={pages.generation.moved}
            control={control}
            multiselectable
          />
        </div>
      </ContextMenu>
      {pages.isKnown && pages.total === 0 && (
        <div className={styles.empty}>
          {isFiltered ? (
            <EmptyState
              title="No sessions match"
              action={
                <Button onClick={() => void navigate({ to: '/sessions', search: {} })}>
                  Clear the filter
                </Button>
              }
            >
              The filter, the sources or the span of time leave none.
            </EmptyState>
          ) : (
            <NoSessions />
          )}
        </div>
      )}
    </div>
  );
}

function keyOfRow(row: SessionRow): string {
  return refKey(row.ref);
}

function rangeLimit(count: number): string {
  return `The range has ${formatInteger(count)}; a choice by name holds ${formatInteger(mostRefs)} at most. Select All takes the whole list, however long: filter it down to the range.`;
}

function NoSessions() {
  const isReading = useIsReading();
  return isReading ? (
    <EmptyState title="No sessions read yet">They appear here as they are read, the newest first.</EmptyState>
  ) : (
    <EmptyState
      title="No sessions yet"
      action={
        <>
          <Button variant="primary" onClick={() => runCommand('file.open')}>
            Open a File…
          </Button>
          <Button onClick={() => runCommand('file.openFolder')}>Open a Folder…</Button>
          <Button onClick={() => runCommand('go.store')}>How to Write to the Store</Button>
        </>
      }
    >
      What is open holds no sessions. Those of a live store appear here as they are written.
    </EmptyState>
  );
}
