import { isObject } from '../recorded-chat';

export type Shape = 'run' | 'batch' | 'page' | 'feedback' | 'managed-agents';

/** Where pages of the API, and programs that collect them, keep the runs. */
export const pageKeys = ['runs', 'traces', 'data'] as const;

/** What an object of an export is; undefined: nothing of LangSmith. */
export function shapeOf(value: unknown): Shape | undefined {
  if (Array.isArray(value)) return isManagedCall(value) ? 'managed-agents' : undefined;
  if (!isObject(value)) return undefined;
  if (isRun(value)) return 'run';
  if (hasRuns(value.post) || hasRuns(value.patch)) return 'batch';
  if (pageKeys.some((key) => hasRuns(value[key]))) return 'page';
  return 'run_id' in value && 'key' in value && ('score' in value || 'value' in value)
    ? 'feedback'
    : undefined;
}

export function isRun(value: unknown): boolean {
  if (!isObject(value) || typeof value.run_type !== 'string') return false;
  return 'inputs' in value || 'start_time' in value || 'dotted_order' in value || 'trace_id' in value;
}

/** What the SDK sends as a change of a run has no type. */
function hasRuns(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [first] = value;
  return isRun(first) || (isObject(first) && 'dotted_order' in first && 'trace_id' in first);
}

/** A recording of a client of managed agents, which LangSmith wraps: `["client.beta.sessions.events.stream", {…}]`. */
function isManagedCall(value: readonly unknown[]): boolean {
  return typeof value[0] === 'string' && /^client\.beta\.sessions\./.test(value[0]) && value.length > 1;
}
