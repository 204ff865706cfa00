import {
  chatMessages,
  type Fields,
  isObject,
  type Json,
  jsonOrNull,
  metadataOf,
  SessionRows,
  titleOf,
  writeConversation,
} from '../recorded-chat';
import { modelOfRun, type RunPlace, userModelOfRun } from './run';

export function isEntry(value: unknown): value is Json {
  if (!isObject(value) || !('task_id' in value)) return false;
  return 'traj' in value || ('reward' in value && 'info' in value);
}

/** One task, tried once: its conversation and its reward. */
export function addEntry(entry: Fields, place: RunPlace): void {
  const { rows, run } = place;
  const task = entry.name('task_id');
  const trial = entry.number('trial');
  const info = entry.object('info');
  const sessionId = rows.claim(
    place.names.take(`${run}/task_${task ?? 'unknown'}${trial === null ? '' : `/trial_${trial}`}`),
  );
  const session = new SessionRows(rows, sessionId, place.ordinals);
  const model = modelOfRun(run);
  const messages = entry.objects('traj').flatMap(({ value }) => chatMessages(value));
  writeConversation(messages, session, {
    callOf: () => ({ model, cost: { usd: null, basis: 'unpriced' } }),
    toolOf: ({ text }) => (text.startsWith('Error:') ? { error: text } : {}),
  });
  addUserCost(info, session, run);
  session.finish();
  const error = info?.text('error') ?? null;
  const status = error === null ? 'completed' : 'error';
  const reward = entry.number('reward');
  session.reward({ value: reward, name: 'reward', metadata: info?.raw('reward_info') });
  const instruction =
    info?.object('task')?.text('instruction') ?? messages.find(({ role }) => role === 'user')?.text;
  rows.addSession({
    session_id: sessionId,
    experiment_id: run,
    kind: 'session',
    title:
      [task === null ? null : `Task ${task}`, titleOf(instruction ?? '')]
        .filter((part) => part)
        .join(' · ') || null,
    status,
    created_at: null,
    started_at: null,
    ended_at: null,
    error,
    metadata: metadataOf(entry.rest('traj'), { status }),
  });
}

/** The simulated user's model cost, a total in dollars that the file says once. */
function addUserCost(info: Fields | undefined, session: SessionRows, run: string): void {
  const usd = info?.number('user_cost') ?? null;
  if (usd === null) return;
  session.sessionEvent({
    type: 'runtime',
    name: 'user simulator, all its calls',
    model: userModelOfRun(run),
    cost: { usd, basis: 'reported' },
    metadata: { user_cost: usd, source: jsonOrNull(info?.raw('source')) },
  });
}
