import { type RefObject, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { clampTop, type RowRange, rangeAt, topToShow, trackOf } from './virtual-scroll';

/** Where a list stands: the position among all rows, in px. */
export interface ScrollPlace {
  readonly top: number;
}

export interface VirtualRowsOptions {
  readonly count: number;
  readonly rowHeight: number;
  readonly headerHeight: number;
  /** The row that the keyboard is on: it stays seen when there is less room. */
  readonly activeIndex: number | null;
  readonly place?: ScrollPlace;
  readonly onScrolled?: (place: ScrollPlace) => void;
}

export interface VirtualRows {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly range: RowRange;
  readonly trackHeight: number;
  readonly viewport: number;
  /** What columns may share, in px. */
  readonly width: number;
  /** More than rows are ever drawn at once: the remainder of an index names the elements that draw it. */
  readonly slots: number;
  readonly offsetOf: (index: number) => number;
  readonly show: (index: number) => void;
  /** Rows came or went above: what is seen stays where it is. */
  readonly keepPlace: (rowsAdded: number) => void;
  /** The row at the top of what is seen; null while the list stands at its beginning, unless that counts too. */
  readonly topIndex: (withBeginning: boolean) => number | null;
  readonly toTop: () => void;
}

const margin = 8;

/** Rows of one height in an element that scrolls. Beyond what a browser can hold the wheel moves rows, not the scaled track. */
export function useVirtualRows(options: VirtualRowsOptions): VirtualRows {
  const { count, rowHeight, headerHeight, activeIndex, place, onScrolled } = options;
  const ref = useRef<HTMLDivElement>(null);
  const [{ viewport, width }, setSize] = useState({ viewport: 0, width: 0 });
  /** Scrolling draws only when other rows are seen, so where the list stands is not React's. */
  const position = useRef({ scrollTop: 0, top: place?.top ?? 0 });
  const [, draw] = useReducer((times: number) => times + 1, 0);
  const extent = { count, rowHeight, viewport };
  const track = trackOf(extent);
  const top = clampTop(position.current.top, extent);
  const range = rangeAt(top, extent, margin);
  const live = useRef({ extent, track, range, onScrolled });
  live.current = { extent, track, range, onScrolled };

  const standAt = (scrollTop: number, top: number): void => {
    position.current = { scrollTop, top };
    const next = rangeAt(top, live.current.extent, margin);
    const { range: before, track: now } = live.current;
    if (now.scale !== 1 || next.first !== before.first || next.end !== before.end) draw();
    live.current.onScrolled?.({ top });
  };

  const moveTo = (top: number): void => {
    const element = ref.current;
    if (element === null) return;
    const to = clampTop(top, live.current.extent);
    element.scrollTop = to / live.current.track.scale;
    standAt(element.scrollTop, to);
  };
  const stand = useRef(standAt);
  stand.current = standAt;

  // The element's size and scrolling are outside React.
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void =>
      setSize((before) => {
        const now = {
          viewport: Math.max(0, element.clientHeight - headerHeight),
          width: element.clientWidth,
        };
        return now.viewport === before.viewport && now.width === before.width ? before : now;
      });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const onScroll = (): void => {
      const { scale } = live.current.track;
      const { scrollTop } = element;
      const before = position.current.top;
      // A scroll that only rounds what was set keeps the exact position.
      stand.current(scrollTop, Math.abs(scrollTop * scale - before) <= scale ? before : scrollTop * scale);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [headerHeight]);

  // A wheel must be able to prevent its default, which React's passive listener cannot.
  const scaled = track.scale !== 1;
  useEffect(() => {
    const element = ref.current;
    if (element === null || !scaled) return;
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? live.current.extent.rowHeight : 1;
      const to = clampTop(position.current.top + event.deltaY * unit, live.current.extent);
      element.scrollTop = to / live.current.track.scale;
      stand.current(element.scrollTop, to);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [scaled]);

  // Comes back to where the list stood, once there are rows to stand on.
  const wanted = useRef(place?.top ?? 0);
  const ready = viewport > 0 && count > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the rows are there
  useLayoutEffect(() => {
    if (!ready) return;
    if (wanted.current > 0) moveTo(wanted.current);
    wanted.current = 0;
  }, [ready]);

  const show = (index: number): void => {
    const to = topToShow(index, position.current.top, live.current.extent);
    if (to !== position.current.top) moveTo(to);
  };

  const shownIn = useRef(viewport);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when there is more or less room
  useLayoutEffect(() => {
    const before = { ...extent, viewport: shownIn.current };
    shownIn.current = viewport;
    if (activeIndex === null || viewport >= before.viewport) return;
    const { top } = position.current;
    if (topToShow(activeIndex, top, before) === top) show(activeIndex);
  }, [viewport]);

  const shift = scaled ? position.current.scrollTop - top : 0;
  return {
    ref,
    range,
    trackHeight: track.height,
    viewport,
    width,
    slots: Math.ceil(viewport / rowHeight) + 2 * margin + 2,
    keepPlace: (rowsAdded) => moveTo(position.current.top + rowsAdded * rowHeight),
    topIndex: (withBeginning) =>
      position.current.top > 0 || withBeginning ? Math.ceil(position.current.top / rowHeight) : null,
    toTop: () => moveTo(0),
    offsetOf: (index) => index * rowHeight + shift,
    show,
  };
}
