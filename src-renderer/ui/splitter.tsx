import type { KeyboardEvent, PointerEvent } from 'react';
import styles from './splitter.module.css';

export interface SplitterProps {
  readonly label: string;
  readonly width: number;
  readonly least: number;
  readonly most: number;
  /** The panel lies to the right of the line, or to its left. */
  readonly panel: 'right' | 'left';
  readonly onResize: (width: number) => void;
}

/** A line between two parts that can be dragged, or moved with the arrows. */
export function Splitter({ label, width, least, most, panel, onResize }: SplitterProps) {
  const sign = panel === 'right' ? -1 : 1;
  const set = (next: number): void => onResize(Math.round(Math.max(least, Math.min(most, next))));
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const handle = event.currentTarget;
    const startX = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const onMove = (moved: globalThis.PointerEvent): void => set(width + sign * (moved.clientX - startX));
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', onMove), {
      once: true,
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') set(width - sign * 16);
    else if (event.key === 'ArrowRight') set(width + sign * 16);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={styles.splitter}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
