import { isJson, type Json, jsonOf, textOf, utcOf } from '../agent-session';
import type { RolloutLine } from './line';

const TURN_TYPES = new Set(['turn.started', 'turn.completed', 'turn.failed']);
const ITEM_TYPES = new Set(['item.started', 'item.updated', 'item.completed']);

/** Whether a line is one that `codex exec --json` prints. */
export function isPrintedLine(value: unknown): boolean {
  if (!isJson(value)) return false;
  const type = textOf(value.type) ?? '';
  if (type === 'thread.started') return textOf(value.thread_id) !== null;
  if (type === 'session.created') return textOf(value.session_id) !== null;
  if (type === 'turn.completed') return isJson(value.usage);
  return (
    ITEM_TYPES.has(type) && textOf(jsonOf(value.item).id) !== null && kindOf(jsonOf(value.item)) !== null
  );
}

/** A line that `codex exec --json` prints, in the words of a rollout. Undefined: it is none; empty: it says nothing more. */
export function rolloutLinesOf(value: unknown): readonly RolloutLine[] | undefined {
  if (!isJson(value) || isJson(value.payload)) return undefined;
  const type = textOf(value.type) ?? '';
  const at = utcOf(value.timestamp);
  const line = (name: string, payload: Json): RolloutLine => ({ type: name, at, payload });
  if (type === 'thread.started' || type === 'session.created')
    return [line('session_meta', { ...value, id: value.thread_id ?? value.session_id })];
  if (type === 'turn.completed') return [line('turn_total', jsonOf(value.usage))];
  if (type === 'turn.failed')
    return [line('event_msg', { type: 'turn_failed', message: jsonOf(value.error).message })];
  if (type === 'error') return [line('event_msg', value)];
  if (ITEM_TYPES.has(type))
    return linesOfItem(jsonOf(value.item), type).map(([name, payload]) => line(name, payload));
  return TURN_TYPES.has(type) ? [] : undefined;
}

type Said = readonly [type: string, payload: Json];

function linesOfItem(item: Json, type: string): readonly Said[] {
  const kind = kindOf(item) ?? 'item';
  const isWhole = type === 'item.completed';
  const tool = toolOf(kind, item);
  if (tool !== undefined) return toolLines(tool, textOf(item.id), isWhole);
  if (!isWhole) return [];
  switch (kind) {
    case 'agent_message':
    case 'assistant_message':
      return [['response_item', { type: 'message', role: 'assistant', content: textOf(item.text) ?? '' }]];
    case 'reasoning':
      return [['response_item', { type: 'reasoning', summary: [{ type: 'text', text: item.text }] }]];
    case 'error':
      return [['event_msg', item]];
    default:
      return [['event_msg', { ...item, type: kind }]];
  }
}

/** The tool is asked for where its item begins: others that begin before its end belong to the same answer. */
function toolLines({ name, input, output }: Tool, id: string | null, isWhole: boolean): readonly Said[] {
  const asked: Said = ['printed_call', { type: 'function_call', name, arguments: input, call_id: id }];
  const answered: Said = ['response_item', { type: 'function_call_output', call_id: id, output }];
  return isWhole ? [asked, answered] : [asked];
}

interface Tool {
  readonly name: string;
  readonly input: unknown;
  readonly output: Json;
}

function toolOf(kind: string, item: Json): Tool | undefined {
  const hasFailed = item.status === 'failed' || item.status === 'declined';
  const result = (content: unknown, metadata: Json = {}) => ({
    content,
    success: !hasFailed && item.error == null,
    metadata,
  });
  switch (kind) {
    case 'command_execution': {
      const { exit_code } = item;
      return {
        name: 'shell',
        input: { command: item.command },
        output: result(item.aggregated_output ?? '', exit_code == null ? {} : { exit_code }),
      };
    }
    case 'file_change':
      return { name: 'apply_patch', input: { changes: item.changes }, output: result(item.status ?? '') };
    case 'mcp_tool_call': {
      const name = [textOf(item.server), textOf(item.tool)].filter((part) => part !== null).join('.');
      const failure = jsonOf(item.error).message;
      return { name, input: item.arguments, output: result(failure ?? jsonOf(item.result).content ?? '') };
    }
    case 'collab_tool_call':
      return {
        name: textOf(item.tool) ?? kind,
        input: { prompt: item.prompt, receiver_thread_ids: item.receiver_thread_ids },
        output: result(JSON.stringify(item.agents_states ?? null)),
      };
    case 'web_search':
      return { name: kind, input: { query: item.query, action: item.action }, output: result('') };
    default:
      return undefined;
  }
}

function kindOf(item: Json): string | null {
  return textOf(item.type) ?? textOf(item.item_type);
}
