import {
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { cx } from './cx';
import { ItemSizes } from './item-sizes';
import styles from './virtual-list.module.css';
import type { RowRange } from './virtual-scroll';

export interface VirtualListHandle {
  /** Brings an item to the top of what is seen. */
  readonly scrollToIndex: (index: number) => void;
  readonly element: () => HTMLDivElement | null;
}

export interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  readonly estimate: (index: number) => number;
  readonly renderItem: (index: number) => ReactNode;
  readonly keyOf?: (index: number) => string | number;
  readonly onRange?: (range: RowRange) => void;
  readonly handle?: Ref<VirtualListHandle>;
  readonly className?: string;
  /** Measured heights are forgotten when this changes: the items are others. */
  readonly identity?: string;
  readonly role?: 'list' | 'tree' | 'feed';
  readonly initialIndex?: number;
}

const marginPx = 400;

/** Items of unequal heights, of which only those near what is seen are drawn. What is read does not jump when items above it grow. */
export function VirtualList(props: VirtualListProps) {
  const { label, count, estimate, renderItem, keyOf, onRange, handle, className, identity = '' } = props;
  const element = useRef<HTMLDivElement>(null);
  const [, redraw] = useState(0);
  const [view, setView] = useState({ top: 0, height: 0 });
  const held = useRef<{ identity: string; sizes: ItemSizes } | null>(null);
  if (held.current === null || held.current.identity !== identity || held.current.sizes.count !== count) {
    const before = held.current?.identity === identity ? held.current.sizes : undefined;
    held.current = { identity, sizes: new ItemSizes(count, estimate, before) };
  }
  const { sizes } = held.current;

  // Size and scrolling of the element are outside React.
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const look = (): void => setView({ top: box.scrollTop, height: box.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(box);
    box.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', look);
    };
  }, []);

  const measure = useRef((index: number, height: number): void => {
    const box = element.current;
    const current = held.current?.sizes;
    if (box === null || current === undefined) return;
    const above = current.offsetOf(index) + current.sizeOf(index) <= box.scrollTop;
    const before = current.sizeOf(index);
    if (!current.measure(index, height)) return;
    if (above) box.scrollTop += height - before;
    redraw((times) => times + 1);
  });

  useImperativeHandle(handle, () => ({
    scrollToIndex: (index) => {
      if (element.current !== null && held.current !== null) {
        element.current.scrollTop = held.current.sizes.offsetOf(index);
      }
    },
    element: () => element.current,
  }));

  // Starts at the item asked for, once there is a height to scroll in.
  const start = useRef(props.initialIndex ?? 0);
  useLayoutEffect(() => {
    if (start.current === 0 || view.height === 0 || count <= start.current) return;
    if (element.current !== null) element.current.scrollTop = sizes.offsetOf(start.current);
    start.current = 0;
  }, [view.height, count, sizes]);

  const first = sizes.indexAt(Math.max(0, view.top - marginPx));
  const end = count === 0 ? 0 : Math.min(count, sizes.indexAt(view.top + view.height + marginPx) + 1);
  const told = useRef(onRange);
  told.current = onRange;
  // Tells the owner which items are near, so that it loads their pages.
  useEffect(() => told.current?.({ first, end }), [first, end]);

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is list, tree or feed, which are named
    <div
      ref={element}
      className={cx(styles.list, className)}
      role={props.role ?? 'list'}
      aria-label={label}
      tabIndex={0}
    >
      <div className={styles.track} style={{ height: sizes.total }} role="presentation">
        {Array.from({ length: end - first }, (_, nth) => {
          const index = first + nth;
          return (
            <Item
              key={keyOf?.(index) ?? index}
              index={index}
              offset={sizes.offsetOf(index)}
              measure={measure.current}
              role={props.role === undefined || props.role === 'list' ? 'listitem' : 'presentation'}
            >
              {renderItem(index)}
            </Item>
          );
        })}
      </div>
    </div>
  );
}

interface ItemProps {
  readonly index: number;
  readonly offset: number;
  readonly measure: (index: number, height: number) => void;
  readonly role: 'listitem' | 'presentation';
  readonly children: ReactNode;
}

function Item({ index, offset, measure, role, children }: ItemProps) {
  const element = useRef<HTMLDivElement>(null);
  // An item's height is known to the browser only.
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    measure(index, box.offsetHeight);
    const observer = new ResizeObserver(() => measure(index, box.offsetHeight));
    observer.observe(box);
    return () => observer.disconnect();
  }, [index, measure]);
  return (
    <div ref={element} className={styles.item} role={role} style={{ transform: `translateY(${offset}px)` }}>
      {children}
    </div>
  );
}
