import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { TranscriptItem } from '../../../src-main/contract';
import { useScreenCommands } from '../../app/commands';
import { frameParts } from '../../app/overlays';
import { useLive } from '../../app/use-live';
import { ErrorState, NewRows, useWindowWidth } from '../../ui';
import { findErrors, findSteps, sessionDetail } from '../queries';
import { type SessionView, useSessionRef } from '../session-context';
import { FindBar } from './find-bar';
import { ItemRow } from './item-row';
import styles from './items.module.css';
import { Outline } from './outline';
import { StepHeader } from './step-header';
import { moveOf, type TranscriptMove } from './transcript-keys';
import { useFolds } from './use-folds';
import { useGrowth } from './use-growth';
import { useMeasuredList } from './use-measured-list';
import { useStepHead } from './use-step-head';
import { useTranscriptPages } from './use-transcript-pages';

interface Props extends SessionView {
  readonly total: number;
  /** Where to begin; null: at the start. */
  readonly start: number | null;
}

const estimatePx = 44;
/** px of a window in which the steps stand beside the transcript. */
const outlineFromPx = 1800;
const headPx = 34;

export function TranscriptList({ total, start, search, change }: Props) {
  const ref = useSessionRef();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useMeasuredList({ count: total, estimatePx, scroller });
  const { get, loaded, loadedAt, error } = useTranscriptPages(ref, list.drawn);
  const folds = useFolds(list);
  const client = useQueryClient();
  const [current, setCurrent] = useState(start ?? 0);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const errors = useQuery(findErrors(ref)).data?.positions ?? [];
  const row = useQuery(sessionDetail(ref)).data?.row;
  const isRunning = row?.status === 'running';
  const growth = useGrowth({ list, total, get, loadedAt, isRunning, current, setCurrent });
  const topItem = get(list.top);
  const head = useStepHead({ ref, item: topItem, position: list.top, get });
  const needle = search.find ?? '';
  const hasRoom = useWindowWidth() >= outlineFromPx;
  const isOutlined = useLive(frameParts.inspector) && hasRoom && (row?.steps ?? 0) > 1;
  const heads = useQuery({ ...findSteps(ref), enabled: isOutlined }).data?.positions ?? [];

  const rememberPlace = (item: TranscriptItem | undefined) => {
    if (item === undefined || item.stepKey === (search.step ?? null)) return;
    change({ step: item.stepKey ?? undefined, event: undefined });
  };
  // A jump can outrun its page: the address follows when it has come.
  const unplaced = useRef<number | null>(null);
  useEffect(() => {
    const item = unplaced.current === null ? undefined : get(unplaced.current);
    if (item === undefined) return;
    unplaced.current = null;
    rememberPlace(item);
  });
  const moveTo = (position: number, place: 'top' | 'near') => {
    const target = Math.max(0, Math.min(total - 1, position));
    folds.reveal(target);
    setCurrent(target);
    if (place === 'near') list.reveal(target, headPx);
    else list.scrollTo(target, get(target)?.kind === 'step' ? 0 : headPx + 24);
    unplaced.current = get(target) === undefined ? target : null;
    rememberPlace(get(target));
  };
  const toggleDetails = (item: TranscriptItem | undefined) => {
    if (item?.kind !== 'event' || !item.hasPayload) return;
    const next = new Set(open);
    if (!next.delete(item.eventKey)) next.add(item.eventKey);
    setOpen(next);
  };

  // Whoever comes by keyboard can move on at once; a field that is in use keeps the focus.
  useEffect(() => {
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, []);

  // A pasted link or a chart asks for a place: the list goes there once.
  const asked = useRef<number | null>(null);
  const { scrollTo } = list;
  useEffect(() => {
    if (start === null || asked.current === start) return;
    asked.current = start;
    setCurrent(start);
    scrollTo(start, 0);
  });

  const nextError = errors.find((position) => position > current) ?? errors[0];
  const errorBefore = errors.findLast((position) => position < current) ?? errors.at(-1);
  useScreenCommands({
    'go.newest': () => {
      setCurrent(total - 1);
      growth.toEnd();
    },
    'go.nextError': () => nextError !== undefined && moveTo(nextError, 'top'),
    'go.previousError': () => errorBefore !== undefined && moveTo(errorBefore, 'top'),
  });

  const foldStep = (isFolded: boolean) => {
    for (let at = current; at >= 0; at -= 1) {
      const item = get(at);
      if (item === undefined) return;
      if (item.kind !== 'step') continue;
      if (folds.isFolded(at) !== isFolded) folds.set(at, item.items, isFolded);
      setCurrent(at);
      list.reveal(at, 0);
      rememberPlace(item);
      return;
    }
  };
  const foldAll = () => {
    client.fetchQuery(findSteps(ref)).then(
      ({ positions }) => {
        folds.foldAll(positions);
        const own = positions.findLast((position) => position <= current) ?? current;
        setCurrent(own);
        list.reveal(own, 0);
      },
      // The engine's end is told by the queries that are shown.
      () => undefined,
    );
  };
  const unfoldAll = () => {
    folds.unfoldAll();
    list.scrollTo(current);
  };
  const move = (kind: TranscriptMove) => {
    const page = Math.max(1, list.drawn.length >> 1);
    switch (kind) {
      case 'next':
        return moveTo(list.heights.after(current), 'near');
      case 'previous':
        return moveTo(list.heights.before(current), 'near');
      case 'nextPage':
        return moveTo(current + page, 'near');
      case 'previousPage':
        return moveTo(current - page, 'near');
      case 'first':
        return moveTo(0, 'top');
      case 'last':
        return moveTo(total - 1, 'near');
      case 'fold':
        return foldStep(true);
      case 'unfold':
        return foldStep(false);
      case 'foldAll':
        return foldAll();
      case 'unfoldAll':
        return unfoldAll();
      case 'details':
        return toggleDetails(get(current));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const kind = moveOf(event);
    if (kind === undefined || event.target !== scroller.current) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(kind);
  };

  const isHeadCut = head !== null && (topItem?.kind !== 'step' || list.isInside);
  const headAt = head?.at ?? null;
  return (
    <div className={styles.transcript}>
      <FindBar
        needle={needle}
        change={change}
        current={current}
        goTo={(position) => moveTo(position, 'top')}
        errors={errors}
        onEnd={() => scroller.current?.focus({ preventScroll: true })}
        isAnyFolded={folds.isAnyFolded}
        onFoldAll={folds.isAnyFolded ? unfoldAll : foldAll}
      />
      {error !== undefined && <ErrorState error={error} inline />}
      <div className={styles.columns}>
        {/* Before what has a stop for each step: by keyboard it is one step back. */}
        {isOutlined && (
          <Outline
            heads={heads}
            // At the end the last steps cannot come to the top.
            at={list.isAtEnd ? Math.max(current, list.top) : list.top}
            onGo={(position) => moveTo(position, 'top')}
            onEnter={() => scroller.current?.focus({ preventScroll: true })}
          />
        )}
        <div className={styles.frame}>
          {isHeadCut && (
            <div className={styles.sticky}>
              <StepHeader
                item={head.item}
                isFolded={headAt !== null && folds.isFolded(headAt)}
                onFold={() => {
                  if (headAt === null) return;
                  folds.set(headAt, head.item.items, !folds.isFolded(headAt));
                  list.scrollTo(headAt);
                }}
              />
            </div>
          )}
          {growth.unseen > 0 && !list.isAtEnd && (
            <NewRows at="bottom" count={growth.unseen} onShow={growth.toEnd} />
          )}
          <div
            ref={scroller}
            className={styles.scroller}
            role="feed"
            aria-label="Transcript"
            aria-busy={loaded === 0}
            tabIndex={0}
            onScroll={list.onScroll}
            onKeyDown={onKeyDown}
          >
            <div style={{ height: list.trackHeight, position: 'relative' }}>
              <div
                data-drawn
                className={styles.drawn}
                style={{ transform: `translateY(${list.drawnTop}px)` }}
              >
                {list.drawn.map((position) => (
                  <article
                    key={position}
                    data-index={position}
                    data-current={position === current || undefined}
                    aria-posinset={position + 1}
                    aria-setsize={total}
                    aria-label={`Item ${position + 1} of ${total}`}
                    className={styles.article}
                    onPointerDown={() => setCurrent(position)}
                  >
                    <ItemRow
                      item={get(position)}
                      needle={needle}
                      isFolded={folds.isFolded(position)}
                      onFold={(length) => folds.set(position, length, !folds.isFolded(position))}
                      isOpen={(key) => open.has(key)}
                      onToggle={() => toggleDetails(get(position))}
                      onLink={() => rememberPlace(get(position))}
                    />
                  </article>
                ))}
              </div>
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}
