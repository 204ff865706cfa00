/**
 * The shared parts of every screen. A *figure* is a number with its unit and its origin; a *state* is what a place shows when it has no
 * rows to show; a *table* and a *list* draw only what is seen. Charts are in `chart*`.
 */
export { Async } from './async';
export { ContextMenu } from './context-menu';
export { Badge, Button, Dialog, Field, IconButton, Keys, Tip, TipProvider, type Tone } from './controls';
export { copyText, setCopier, useCopy } from './copy';
export { cx } from './cx';
export { isFailureCode, shownFailureOf } from './failure';
export { Bytes, CallMoney, Count, Duration, Figure, Money, Time, Tokens } from './figure';
export { findRow } from './find-row';
export { Choice, Choices, DialogBody, Meter } from './form';
export * from './format';
export { JsonView } from './json-view';
export { MenuHost, menuHost } from './menu-host';
export { NewRows } from './new-rows';
export { Segments } from './segments';
export { SmallTable } from './small-table';
export { Splitter } from './splitter';
export { EmptyState, ErrorState, PartialNote, Skeleton } from './states';
export { type Pressed, Table, type TableControl } from './table';
export type { Column } from './table-column';
export type { ScrollPlace } from './use-virtual-rows';
export type { RowRange } from './virtual-scroll';
export { useWindowWidth } from './window-size';
