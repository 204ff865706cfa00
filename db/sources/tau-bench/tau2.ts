import {
  chatMessages,
  costOfCall,
  type Fields,
  isObject,
  type Json,
  jsonOrNull,
  metadataOf,
  noTokens,
  SessionRows,
  type Tokens,
  titleOf,
  utcOf,
  writeConversation,
} from '../recorded-chat';
import type { RunPlace } from './run';

export function isTau2(value: unknown): boolean {
  return (
    isObject(value) &&
    ('simulations' in value || ('tasks' in value && 'info' in value && 'timestamp' in value))
  );
}

/** A simulation in a file of its own: tau2-bench keeps runs that way beside a `results.json` without them. */
export function isSimulation(value: unknown): value is Json {
  if (!isObject(value) || !('task_id' in value && 'termination_reason' in value)) return false;
  // Of a large one the head holds no messages yet.
  return 'messages' in value || 'start_time' in value;
}

/** One simulation of tau2-bench: messages carry their own time, usage and cost. `results`: the whole file's other members. */
export function addSimulation(simulation: Fields, results: Fields, place: RunPlace): void {
  const info = isObject(results.raw('info')) ? results.object('info') : undefined;
  place.configuration ??= info?.value;
  const { rows } = place;
  const taskId = simulation.name('task_id');
  const task = taskId === null ? undefined : taskOf(results, taskId);
  const trial = simulation.number('trial');
  const wanted = simulation.name('id') ?? `${place.run}/task_${taskId ?? 'unknown'}/trial_${trial ?? 0}`;
  const sessionId = rows.claim(place.names.take(wanted));
  const session = new SessionRows(rows, sessionId, place.ordinals);
  const model = info?.object('agent_info')?.text('llm') ?? null;
  const recorded = simulation.objects('messages');
  const said = recorded.flatMap((one) => chatMessages(one.value).map((message) => ({ message, of: one })));
  writeConversation(
    said.map(({ message }) => message),
    session,
    {
      atOf: (index) => utcOf(said[index]?.of.raw('timestamp')),
      callOf: (_message, index) => {
        const of = said[index]?.of;
        if (of === undefined || isGreeting(of)) return undefined;
        const tokens = tokensOf(of);
        const call = { model: model ?? answererOf(of), provider: null };
        const seconds = of.number('generation_time_seconds');
        return {
          model: call.model,
          tokens,
          // It writes zero where it knows no price.
          cost: costOfCall(call, tokens, of.number('cost') || null),
          latencyMs: seconds === null ? null : seconds * 1000,
          metadata: of.raw('raw_data'),
        };
      },
      toolOf: ({ text }, index) => (said[index]?.of.raw('error') === true ? { error: text } : {}),
    },
  );
  addAgentCost(recorded, simulation, session, model);
  addUserCost(recorded, simulation, session, info);
  session.finish();
  addReward(simulation, session);
  const startedAt = utcOf(simulation.raw('start_time'));
  const endedAt = utcOf(simulation.raw('end_time'));
  const status = /error/.test(simulation.text('termination_reason') ?? '') ? 'error' : 'completed';
  const instructions = task?.object('user_scenario')?.raw('instructions');
  const reason = isObject(instructions) ? instructions.reason_for_call : instructions;
  rows.addSession({
    session_id: sessionId,
    experiment_id: place.run,
    kind: 'session',
    title: [`Task ${taskId ?? '?'}`, typeof reason === 'string' ? titleOf(reason) : null]
      .filter((part) => part)
      .join(' · '),
    status,
    created_at: startedAt,
    started_at: startedAt,
    ended_at: endedAt,
    error: null,
    metadata: metadataOf(simulation.rest('messages'), { status, endedAt }),
  });
}

/** The tasks stand once in the file. */
function taskOf(results: Fields, taskId: string): Fields | undefined {
  const found = results.list('tasks').find((one) => isObject(one) && String(one.id) === taskId);
  return isObject(found) ? results.child('tasks', found) : undefined;
}

function addReward(simulation: Fields, session: SessionRows): void {
  const said = simulation.object('reward_info');
  if (said === undefined) return;
  session.reward({ value: said.number('reward'), name: 'reward', metadata: said.value });
}

/** What the agent took in all, where its messages do not say it themselves. */
function addAgentCost(
  recorded: readonly Fields[],
  simulation: Fields,
  session: SessionRows,
  model: string | null,
): void {
  const usd = simulation.number('agent_cost');
  const isSaid = recorded.some((one) => one.raw('role') === 'assistant' && (one.number('cost') ?? 0) > 0);
  if (!usd || isSaid) return;
  session.sessionEvent({
    type: 'runtime',
    name: 'agent, all its calls',
    at: utcOf(simulation.raw('end_time')),
    model,
    cost: { usd, basis: 'reported' },
    metadata: { agent_cost: usd },
  });
}

/** The simulated user is a model too: its cost is said by message, or once. */
function addUserCost(
  recorded: readonly Fields[],
  simulation: Fields,
  session: SessionRows,
  info: Fields | undefined,
): void {
  const said = recorded.filter((one) => one.raw('role') === 'user');
  const costs = said.map((one) => one.number('cost') ?? 0);
  const usd =
    simulation.number('user_cost') ??
    (costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0));
  const usages = said.map(tokensOf);
  const sum = (side: keyof Tokens) => sumOf(usages, side);
  const tokens: Tokens = {
    input: sum('input'),
    output: sum('output'),
    total: sum('total'),
    cacheRead: sum('cacheRead'),
    cacheWrite: sum('cacheWrite'),
    reasoning: sum('reasoning'),
  };
  if (!usd && tokens.input === null && tokens.output === null) return;
  session.sessionEvent({
    type: 'runtime',
    name: 'user simulator, all its calls',
    at: utcOf(simulation.raw('end_time')),
    model: info?.object('user_info')?.text('llm') ?? said.map(answererOf).find((one) => one !== null) ?? null,
    tokens,
    cost: usd ? { usd, basis: 'reported' } : { usd: null, basis: 'unpriced' },
    metadata: { user_cost: usd, info: jsonOrNull(info?.raw('user_info')) },
  });
}

function sumOf(usages: readonly Tokens[], side: keyof Tokens): bigint | null {
  const known = usages.map((usage) => usage[side]).filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0n);
}

/** What opens a conversation is given, no model is asked for it. */
function isGreeting(message: Fields): boolean {
  const isAsked = ['usage', 'raw_data', 'tool_calls'].some((key) => message.raw(key) != null);
  return message.raw('turn_idx') === 0 && !isAsked && !message.number('cost');
}

/** What the provider answered, as LiteLLM passes it on. */
function answerOf(message: Fields): Fields | undefined {
  return isObject(message.raw('raw_data')) ? message.object('raw_data') : undefined;
}

function answererOf(message: Fields): string | null {
  const model = answerOf(message)?.raw('model');
  return typeof model === 'string' ? model : null;
}

/** The message keeps two of the figures that the answer has. */
function tokensOf(message: Fields): Tokens {
  const usage = message.object('usage');
  if (usage === undefined) return noTokens;
  const answer = answerOf(message);
  const said = isObject(answer?.raw('usage')) ? answer?.object('usage') : undefined;
  const [input, output] = [said?.raw('prompt_tokens_details'), said?.raw('completion_tokens_details')].map(
    (details) => (isObject(details) ? said?.child('details', details) : undefined),
  );
  return {
    input: usage.count('prompt_tokens'),
    output: usage.count('completion_tokens'),
    total: said?.count('total_tokens') ?? null,
    cacheRead: said?.count('cache_read_input_tokens') ?? input?.count('cached_tokens') ?? null,
    cacheWrite: said?.count('cache_creation_input_tokens') ?? input?.count('cache_creation_tokens') ?? null,
    reasoning: output?.count('reasoning_tokens') ?? null,
  };
}
