/**
 * Spans of any recorder. A *span* is a timed piece of work with attributes; the spans of a *trace* are a tree, and a trace is a session. Some
 * are *calls* of a model, *tools* or *agents*: what their attributes mean, by every convention in the wild, is said here once.
 */
export { amountOf, countOf, isRecord, jsonOf, textOf } from './attributes';
export { betweenBlocks } from './between-blocks';
export {
  agentOf,
  type CallUsage,
  partOf,
  type SpanPart,
  type SpanRole,
  speaksOfAgents,
  toolOf,
  usageOf,
} from './call';
export { type CallMessages, messagesIn, messagesOf, type SpanMessage } from './messages';
export {
  type Attributes,
  idOf,
  kindOf,
  nanosecondsOf,
  nanosecondsOfIso,
  type Span,
  type SpanEvent,
  type SpanLink,
  statusOf,
  timeOf,
} from './span';
export { SpanCollector } from './span-collector';
export { junjoColumns, patchRows, spanRow } from './span-rows';
