import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { clampTop, type RowRange, rangeAt, topToShow, trackOf } from './virtual-scroll';

/** Where a list stands: the position among all rows, in px. */
export interface ScrollPlace {
  readonly top: number;
}

export interface VirtualRowsOptions {
  readonly count: number;
  readonly rowHeight: number;
  readonly headerHeight: number;
  readonly place?: ScrollPlace;
  readonly onScrolled?: (place: ScrollPlace) => void;
}

export interface VirtualRows {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly range: RowRange;
  readonly trackHeight: number;
  readonly viewport: number;
  readonly offsetOf: (index: number) => number;
  readonly show: (index: number) => void;
}

const margin = 8;

/** Rows of one height in an element that scrolls. Beyond what a browser can hold the wheel moves rows, not the scaled track. */
export function useVirtualRows(options: VirtualRowsOptions): VirtualRows {
  const { count, rowHeight, headerHeight, place, onScrolled } = options;
  const ref = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(0);
  const [position, setPosition] = useState({ scrollTop: 0, top: place?.top ?? 0 });
  const extent = { count, rowHeight, viewport };
  const track = trackOf(extent);
  const live = useRef({ extent, track, top: position.top, onScrolled });
  live.current = { extent, track, top: position.top, onScrolled };

  const moveTo = (top: number): void => {
    const element = ref.current;
    if (element === null) return;
    const to = clampTop(top, live.current.extent);
    element.scrollTop = to / live.current.track.scale;
    setPosition({ scrollTop: element.scrollTop, top: to });
    live.current.onScrolled?.({ top: to });
  };

  // The element's size and scrolling are outside React.
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => setViewport(Math.max(0, element.clientHeight - headerHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const onScroll = (): void => {
      const { scale } = live.current.track;
      const { scrollTop } = element;
      setPosition((before) => {
        // A scroll that only rounds what was set keeps the exact position.
        const top = Math.abs(scrollTop * scale - before.top) <= scale ? before.top : scrollTop * scale;
        live.current.onScrolled?.({ top });
        return { scrollTop, top };
      });
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
      const to = clampTop(live.current.top + event.deltaY * unit, live.current.extent);
      element.scrollTop = to / live.current.track.scale;
      setPosition({ scrollTop: element.scrollTop, top: to });
      live.current.onScrolled?.({ top: to });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [scaled]);

  // Comes back to where the list stood, once there are rows to stand on.
  const wanted = useRef(place?.top ?? 0);
  const ready = viewport > 0 && count > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the rows are there
  useLayoutEffect(() => {
    if (ready && wanted.current > 0) moveTo(wanted.current);
    wanted.current = 0;
  }, [ready]);

  const top = clampTop(position.top, extent);
  const shift = scaled ? position.scrollTop - top : 0;
  return {
    ref,
    range: rangeAt(top, extent, margin),
    trackHeight: track.height,
    viewport,
    offsetOf: (index) => index * rowHeight + shift,
    show: (index) => {
      const to = topToShow(index, live.current.top, live.current.extent);
      if (to !== live.current.top) moveTo(to);
    },
  };
}
