/**
 * What the formats of evaluations and observability tools share: chats in the shapes of all providers, fields that may be of another type
 * than the format says, times, tokens and cost of a call, and a session written as steps (a model's turn), calls, tools and messages.
 */
export {
  type ChatMessage,
  chatMessages,
  contentText,
  messagesIn,
  openJson,
  roleOf,
  type ToolCall,
  textIn,
  toolCallOf,
} from './chat';
export { pairCalls, writeConversation } from './conversation';
export { eachRecord } from './each-record';
export { Fields, isObject, type Json, type Note, numberOf } from './fields';
export { jsonHead } from './head';
export { type ObservedNode, type WrittenTrace, writeObservedTrace } from './observed-trace';
export { type Parsed, parsePartial } from './partial-json';
export {
  jsonOrNull,
  Ordinals,
  recordedCalls,
  SessionRows,
  toolRecord,
} from './session-rows';
export { metadataOf, Names, stemOf, titleOf } from './texts';
export { millisecondsBetween, nanosecondsOf, utcOf } from './times';
export { Told } from './told';
export { costOfCall, noTokens, type Tokens } from './usage';
export { largestInOnePiece, readDocument, tooLarge } from './whole-file';
