import { type ReactNode, useMemo, useState } from 'react';
import { ChartGroupContext, type ChartRange, useCrosshairStore } from './crosshair';

interface Props {
  /** Given: the zoom lives elsewhere (in the address). Absent: it lives here. */
  readonly zoom?: { readonly range: ChartRange; readonly setRange: (range: ChartRange) => void };
  readonly children: ReactNode;
}

/** Charts inside share one crosshair and one zoom. */
export function ChartGroup({ zoom, children }: Props) {
  const crosshair = useCrosshairStore();
  const [own, setOwn] = useState<ChartRange>(null);
  const range = zoom ? zoom.range : own;
  const setRange = zoom?.setRange ?? setOwn;
  const group = useMemo(() => ({ crosshair, range, setRange }), [crosshair, range, setRange]);
  return <ChartGroupContext value={group}>{children}</ChartGroupContext>;
}
