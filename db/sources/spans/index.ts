/**
 * Spans of any recorder. A *span* is a timed piece of work with attributes; the spans of a *trace* are a tree, and a trace is a session. Some
 * are *calls* of a model, *tools* or *agents*: what their attributes mean, by every convention in the wild, is said here once. A format makes
 * `Span`s and gives them to a `SpanCollector`.
 */
export { isRecord, jsonOf, textOf } from './attributes';
export { betweenBlocks } from './between-blocks';
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
} from './span';
export { SpanCollector } from './span-collector';
export { junjoNames } from './span-rows';
