/**
 * What the logs of coding agents have in common. A *turn* is a prompt and everything up to the next, and becomes a timestep; a *model call* is
 * one answer of a model, with the *tool calls* in it and their results.
 */
export {
  type AgentRows,
  AgentSession,
  mostRecords,
  slots,
  type ToolCall,
  type ToolResult,
} from './agent-session';
export { agentRow, projectRow } from './named-rows';
export { sayOddCounts } from './odd-counts';
export { argumentsText, blockText, contentText, longestInlineResult, resultText, titleOf } from './texts';
export { anthropicUsage, hourCacheCost, openAiUsage, type Usage } from './usage';
export { kindOfUserText, type UserText } from './user-text';
export {
  amountOf,
  countOf,
  isJson,
  type Json,
  jsonOf,
  listOf,
  msOf,
  parsedJson,
  sumOf,
  textOf,
  utcOf,
} from './values';
