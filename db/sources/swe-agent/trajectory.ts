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
  utcOf,
  writeConversation,
} from '../recorded-chat';
import { inChatWords } from './responses';

export interface TrajectoryPlace {
  readonly name: string;
  readonly rows: DocumentRows;
  readonly ordinals: Ordinals;
  readonly names: Names;
  /** What it took to choose this one of several attempts. */
  readonly choice?: Fields | undefined;
}

/**
 * What one file tells: an attempt at an issue. An agent that tries again keeps every attempt, and beside them once more the one that was chosen,
 * with the figures of all: each attempt is a session and counts what it took itself, the chosen one also what choosing took.
 */
export function addDocument(document: Fields, place: TrajectoryPlace): void {
  const attempts = document.objects('attempts').filter(({ value }) => 'trajectory' in value);
  if (attempts.length === 0) {
    addTrajectory(document, place);
    return;
  }
  const info = document.object('info');
  const chosen = info?.number('best_attempt_idx') ?? attempts.length - 1;
  for (const [index, attempt] of attempts.entries()) {
    const name = attempts.length === 1 ? place.name : `${place.name}/attempt_${index + 1}`;
    const choice = index === chosen ? info?.object('rloop_model_stats') : undefined;
    addTrajectory(attempt, { ...place, name, choice });
  }
}

/** Steps of one attempt at one issue. */
function addTrajectory(trajectory: Fields, place: TrajectoryPlace): void {
  const { rows } = place;
  const sessionId = rows.claim(place.name);
  const session = new SessionRows(rows, sessionId, place.ordinals);
  const config = configOf(trajectory);
  const info = trajectory.object('info');
  const stats = info?.object('model_stats');
  const model =
    config?.object('agent')?.object('model')?.text('name') ??
    info?.object('config')?.object('model')?.text('model_name') ??
    null;
  const history = trajectory.objects('history', 'messages').map(inChatWords);
  const steps = trajectory.objects('trajectory');
  if (steps.length > 0) addSteps(steps, history, { session, model });
  else addHistory(history, session, { model, stats });
  rows.read(steps.length > 0 ? steps.length : history.length);
  const said = steps.length === 0 ? measuredIn(history) : notMeasured;
  addModelStats(stats, 'model_stats', { session, model, said });
  addModelStats(place.choice, 'rloop_model_stats', { session, model: null, said: notMeasured });
  session.finish();
  const times = history.map(timeOf).filter((at) => at !== null);
  const exit = info?.text('exit_status') ?? null;
  const error = exit !== null && !/^submitted/i.test(exit) ? exit : null;
  rows.addSession({
    session_id: sessionId,
    experiment_id: null,
    kind: 'session',
    title: titleOfIssue(trajectory, config, history) ?? place.name,
    status: statusOf(exit),
    created_at: times[0] ?? null,
    started_at: times[0] ?? null,
    ended_at: times.at(-1) ?? null,
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
  const isDemo = (one: Fields) => one.raw('is_demo') === true;
  const turns = history.flatMap((one) =>
    chatMessages(one.value).map((message) => ({ message, isShown: isDemo(one) })),
  );
  const first = turns.findIndex(({ message, isShown }) => message.role === 'assistant' && !isShown);
  for (const { message, isShown } of turns.slice(0, first === -1 ? turns.length : first))
    session.message({ role: message.role, text: message.text, author: isShown ? 'demonstration' : null });
  const own = turns.filter(({ message, isShown }) => message.role === 'assistant' && !isShown);
  // Only where turns and steps are one to one does a turn tell more than the action's text.
  const calls = own.length === steps.length ? own.map(({ message }) => message.calls[0]) : [];
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
function addHistory(
  history: readonly Fields[],
  session: SessionRows,
  { model, stats }: { readonly model: string | null; readonly stats: Fields | undefined },
): void {
  // Dollars of the whole run are not told again by pricing each call.
  const isPricedOnce =
    !measuredIn(history).hasCost && (stats?.number('instance_cost', 'total_cost', 'cost') ?? 0) > 0;
  const messages = history.flatMap(({ value }) => chatMessages(value));
  const isAnswered = pairCalls(messages).size > 0;
  const chat = isAnswered ? messages : observationsAsResults(history, messages);
  const ofMessage = history.length === messages.length ? history : [];
  writeConversation(chat, session, {
    atOf: (index) => timeOf(ofMessage[index]),
    toolOf: (_message, index) => {
      const failure = extraFields(ofMessage[index])?.text('exception_info') || null;
      return failure === null ? {} : { error: failure };
    },
    callOf: (_message, index) => {
      const usage = usageOf(ofMessage[index]);
      if (usage === undefined) return { model, cost: null };
      const call = { model: usage.model ?? model, provider: null };
      const cost = isPricedOnce ? null : costOfCall(call, usage.tokens, usage.usd);
      return { ...call, tokens: usage.tokens, cost };
    },
  });
}

/** mini-swe-agent keeps each call's answer, with its tokens and cost, beside the message. */
function usageOf(
  message: Fields | undefined,
): { model: string | null; tokens: Tokens; usd: number | null } | undefined {
  const extra = extraFields(message);
  const response = isObject(extra?.raw('response')) ? extra?.object('response') : undefined;
  const usage = isObject(response?.raw('usage')) ? response?.object('usage') : undefined;
  const usd = extra?.number('cost') ?? null;
  if (usage === undefined && usd === null) return undefined;
  const tokens = {
    ...noTokens,
    input: usage?.count('prompt_tokens', 'input_tokens') ?? null,
    output: usage?.count('completion_tokens', 'output_tokens') ?? null,
    total: usage?.count('total_tokens') ?? null,
    cacheRead: usage?.object('prompt_tokens_details', 'input_tokens_details')?.count('cached_tokens') ?? null,
    cacheWrite: usage?.count('cache_creation_input_tokens') ?? null,
    reasoning:
      usage?.object('completion_tokens_details', 'output_tokens_details')?.count('reasoning_tokens') ?? null,
  };
  return { model: response?.text('model') ?? null, tokens, usd };
}

/** mini-swe-agent keeps what is no part of the chat beside each message: when it was, what it cost, how the command ended. */
function extraFields(message: Fields | undefined): Fields | undefined {
  return isObject(message?.raw('extra')) ? message?.object('extra') : undefined;
}

function timeOf(message: Fields | undefined): string | null {
  return utcOf(extraFields(message)?.raw('timestamp') ?? message?.raw('timestamp'));
}

/** Without tool calls, what follows an action is its observation, told by the user. */
function observationsAsResults(history: readonly Fields[], messages: readonly ChatMessage[]): ChatMessage[] {
  if (history.length !== messages.length) return [...messages];
  const actions = history.map((one, index) => one.text('action') ?? actionOf(one, history[index + 1]));
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

/** The command in an answer of mini-swe-agent: said beside it, or its only block of code where an observation follows. */
function actionOf(message: Fields, next: Fields | undefined): string | null {
  if (message.raw('role') !== 'assistant') return null;
  const said = extraFields(message)?.list('actions') ?? [];
  const commands = said.flatMap((one) =>
    isObject(one) && typeof one.command === 'string' ? [one.command] : [],
  );
  if (commands.length > 0) return commands.join('\n');
  const content = message.raw('content');
  const after = next?.raw('content');
  const isObserved = typeof after === 'string' && /^\s*<returncode>|^Observation: /.test(after);
  const blocks = typeof content === 'string' ? [...content.matchAll(/```\w*\s*\n([\s\S]*?)\n```/g)] : [];
  return isObserved && blocks.length === 1 ? (blocks[0]?.[1]?.trim() ?? null) : null;
}

interface Measured {
  readonly hasTokens: boolean;
  readonly hasCost: boolean;
}

const notMeasured: Measured = { hasTokens: false, hasCost: false };

/** What the answers of a chat say themselves. */
function measuredIn(history: readonly Fields[]): Measured {
  const usages = history.map(usageOf);
  return {
    hasTokens: usages.some((usage) => usage !== undefined && usage.tokens.input !== null),
    hasCost: usages.some((usage) => usage !== undefined && usage.usd !== null),
  };
}

/**
 * Tokens and dollars are said once, for the whole run; replays say zeros, which means that nothing was measured. What the answers say themselves is
 * not said again.
 */
function addModelStats(
  stats: Fields | undefined,
  name: string,
  { session, model, said }: Writing & { readonly said: Measured },
): void {
  if (stats === undefined) return;
  const usd = said.hasCost ? null : stats.number('instance_cost', 'total_cost', 'cost');
  const tokens = said.hasTokens
    ? noTokens
    : { ...noTokens, input: stats.count('tokens_sent'), output: stats.count('tokens_received') };
  if (!usd && !tokens.input && !tokens.output) return;
  const calls = stats.number('api_calls');
  session.sessionEvent({
    type: 'runtime',
    name: calls === null ? `${name}, all calls` : `${name}, all ${calls} calls`,
    model,
    tokens,
    cost: { usd, basis: usd === null ? 'unpriced' : 'reported' },
    metadata: stats.value,
  });
}
