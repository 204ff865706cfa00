import type { DocumentRows } from '../documents';
import {
  type ChatMessage,
  chatMessages,
  costOfCall,
  type Fields,
  isObject,
  metadataOf,
  type Names,
  noTokens,
  type Ordinals,
  openJson,
  pairCalls,
  SessionRows,
  type Tokens,
  type ToolCall,
  titleOf,
  toolRecord,
  writeConversation,
} from '../recorded-chat';

export interface TrajectoryPlace {
  readonly name: string;
  readonly rows: DocumentRows;
  readonly ordinals: Ordinals;
  readonly names: Names;
}

/** Steps of one attempt at one issue. */
export function addTrajectory(trajectory: Fields, place: TrajectoryPlace): void {
  const { rows } = place;
  const sessionId = rows.claim(place.name);
  const session = new SessionRows(rows, sessionId, place.ordinals);
  const config = configOf(trajectory);
  const model = config?.object('agent')?.object('model')?.text('name') ?? null;
  const info = trajectory.object('info');
  const history = trajectory.objects('history', 'messages');
  const steps = trajectory.objects('trajectory');
  if (steps.length > 0) addSteps(steps, history, { session, model });
  else addHistory(history, session, model);
  rows.read(steps.length > 0 ? steps.length : history.length);
  const isMeasured = steps.length === 0 && history.some((one) => usageOf(one) !== undefined);
  if (!isMeasured) addModelStats(info, session, model);
  session.finish();
  const exit = info?.text('exit_status') ?? null;
  const error = exit !== null && !/^submitted/i.test(exit) ? exit : null;
  rows.addSession({
    session_id: sessionId,
    experiment_id: null,
    kind: 'session',
    title: titleOfIssue(trajectory, config, history) ?? place.name,
    status: statusOf(exit),
    created_at: null,
    started_at: null,
    ended_at: null,
    error,
    metadata: metadataOf(trajectory.rest('trajectory', 'history', 'messages'), { status: statusOf(exit) }),
  });
}

/** `submitted`, `submitted (exit_cost)`: a patch came of it. Nothing said: unknown. */
function statusOf(exit: string | null): 'completed' | 'error' | 'unknown' {
  if (exit === null) return 'unknown';
  return /^submitted/i.test(exit) ? 'completed' : 'error';
}

/** Version 1 keeps the configuration it was run with as JSON in a text. */
function configOf(trajectory: Fields): Fields | undefined {
  const config = openJson(trajectory.raw('replay_config'));
  return isObject(config) ? trajectory.child('replay_config', config) : undefined;
}

function titleOfIssue(
  trajectory: Fields,
  config: Fields | undefined,
  history: readonly Fields[],
): string | null {
  const problem = config?.object('problem_statement')?.text('text') ?? trajectory.text('problem_statement');
  if (problem !== null) return titleOf(problem);
  const told = history.find((one) => one.raw('role') === 'user' && one.raw('is_demo') !== true);
  const text = told === undefined ? '' : (chatMessages(told.value)[0]?.text ?? '');
  const issue = /ISSUE:\s*([\s\S]*)/.exec(text)?.[1] ?? text;
  return titleOf(issue);
}

interface Writing {
  readonly session: SessionRows;
  readonly model: string | null;
}

/** What came before the first step is told by the history; each step tells its own thought, action and observation. */
function addSteps(steps: readonly Fields[], history: readonly Fields[], { session, model }: Writing): void {
  const turns = history.flatMap(({ value }) => chatMessages(value));
  const first = turns.findIndex(({ role }) => role === 'assistant');
  for (const message of turns.slice(0, first === -1 ? turns.length : first))
    session.message({ role: message.role, text: message.text });
  const calls = callsOfTurns(turns);
  for (const [index, step] of steps.entries()) {
    const thought = step.text('thought');
    const response = step.text('response');
    const action = step.text('action') ?? '';
    const said = thought ?? response ?? '';
    session.call({
      model,
      cost: null,
      record: { output_messages: [{ role: 'assistant', parts: [{ type: 'text', text: response ?? said }] }] },
    });
    if (said.trim() !== '') session.message({ role: 'assistant', text: said.trim() });
    addAction({ step, action, call: calls[index], session });
  }
}

/** The tool call of each of the model's turns; only where turns and steps are one to one does it tell more than the action's text. */
function callsOfTurns(turns: readonly ChatMessage[]): readonly (ToolCall | undefined)[] {
  return turns.filter(({ role }) => role === 'assistant').map(({ calls }) => calls[0]);
}

function addAction(of: {
  readonly step: Fields;
  readonly action: string;
  readonly call: ToolCall | undefined;
  readonly session: SessionRows;
}): void {
  const { step, action, call, session } = of;
  const observation = step.text('observation');
  const seconds = step.number('execution_time');
  const command = /^\s*(\S+)/.exec(action)?.[1] ?? 'no action';
  const ran = call ?? { name: command, arguments: action.trim(), callId: null };
  session.event({
    type: 'environment',
    name: ran.name,
    latencyMs: seconds === null ? null : seconds * 1000,
    terminated: /^(?:submit|exit)/.test(command) ? true : null,
    record: toolRecord(ran, observation),
    stateAfter: openJson(step.raw('state')),
    metadata: { action, ...extraOf(step) },
  });
}

const SHOWN = new Set(['action', 'observation', 'response', 'thought', 'state', 'query', 'messages']);

function extraOf(step: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(step.value).filter(([key]) => !SHOWN.has(key)));
}

/** Files that keep the chat alone: demonstrations, and runs that broke off before their first step. */
function addHistory(history: readonly Fields[], session: SessionRows, model: string | null): void {
  const messages = history.flatMap(({ value }) => chatMessages(value));
  const isAnswered = pairCalls(messages).size > 0;
  const chat = isAnswered ? messages : observationsAsResults(history, messages);
  const ofMessage = history.length === messages.length ? history : [];
  writeConversation(chat, session, {
    callOf: (_message, index) => {
      const usage = usageOf(ofMessage[index]);
      if (usage === undefined) return { model, cost: null };
      const call = { model: usage.model ?? model, provider: null };
      return { ...call, tokens: usage.tokens, cost: costOfCall(call, usage.tokens, usage.usd) };
    },
  });
}

/** mini-swe-agent keeps each call's answer, with its tokens and cost, beside the message. */
function usageOf(
  message: Fields | undefined,
): { model: string | null; tokens: Tokens; usd: number | null } | undefined {
  const extra = isObject(message?.raw('extra')) ? message?.object('extra') : undefined;
  const response = extra?.object('response');
  const usage = response?.object('usage');
  const usd = extra?.number('cost') ?? null;
  if (usage === undefined && usd === null) return undefined;
  const tokens = {
    ...noTokens,
    input: usage?.count('prompt_tokens', 'input_tokens') ?? null,
    output: usage?.count('completion_tokens', 'output_tokens') ?? null,
    total: usage?.count('total_tokens') ?? null,
    cacheRead: usage?.object('prompt_tokens_details')?.count('cached_tokens') ?? null,
  };
  return { model: response?.text('model') ?? null, tokens, usd };
}

/** Without tool calls, what follows an action is its observation, told by the user. */
function observationsAsResults(history: readonly Fields[], messages: readonly ChatMessage[]): ChatMessage[] {
  const actions = history.map((one) => one.text('action'));
  if (history.length !== messages.length) return [...messages];
  return messages.map((message, index) => {
    const action = actions[index];
    if (message.role === 'assistant' && action) {
      const name = /^\s*(\S+)/.exec(action)?.[1] ?? 'action';
      return { ...message, calls: [{ name, arguments: action.trim(), callId: null }] };
    }
    return message.role === 'user' && actions[index - 1]
      ? { ...message, role: 'tool_result' as const }
      : message;
  });
}

/** Tokens and dollars are said once, for the whole run; replays say zeros, which means that nothing was measured. */
function addModelStats(info: Fields | undefined, session: SessionRows, model: string | null): void {
  const stats = info?.object('model_stats');
  if (stats === undefined) return;
  const usd = stats.number('instance_cost', 'total_cost');
  const tokens = { ...noTokens, input: stats.count('tokens_sent'), output: stats.count('tokens_received') };
  if (!usd && !tokens.input && !tokens.output) return;
  const calls = stats.number('api_calls');
  session.sessionEvent({
    type: 'runtime',
    name: calls === null ? 'model_stats, all calls' : `model_stats, all ${calls} calls`,
    model,
    tokens,
    cost: { usd, basis: usd === null ? 'unpriced' : 'reported' },
    metadata: stats.value,
  });
}
