import {
  achievements,
  callDetails,
  eventsByKey,
  messagesByKey,
  rewardsByKey,
  stepHeads,
  transcriptPage,
  transcriptTotal,
} from '../../../db/analytics/queries';
import type { TranscriptItem } from '../../contract';
import type { EngineContext } from './context';
import type { SessionPlace } from './place';
import { toEventItem, toMessageItem, toRewardItem, toStepItem, unlockedOf } from './transcript-items';

/** Characters of a text that a page carries. */
const CUT = 4_000;
/** JSON longer than this is not looked into for a page: the payload view shows it. */
const LARGEST_JSON = 4_000_000;

/** A page of the transcript: first the order (keys only), then what the page holds, each kind in one query. */
export async function readTranscript(
  context: EngineContext,
  place: SessionPlace,
  page: { readonly offset: number; readonly limit: number },
  signal: AbortSignal | undefined,
): Promise<{ items: TranscriptItem[]; total: number }> {
  const { pool } = context;
  const order = await pool.run(transcriptPage, { ...place, ...page }, { signal });
  if (order.length === 0) {
    const [count] = await pool.run(transcriptTotal, { ...place }, { signal });
    return { items: [], total: count?.total ?? 0 };
  }
  const keysOf = (item: string) =>
    order.flatMap((row) => (row.item === item && row.key !== null ? [row.key] : []));
  const withRest = order.some((row) => row.item === 'step' && row.key === null);
  const details = await readDetails(context, place, {
    steps: keysOf('step'),
    withRest,
    messages: keysOf('message'),
    events: keysOf('event'),
    rewards: keysOf('reward'),
    signal,
  });
  const items = order.flatMap((row): TranscriptItem[] => {
    const key = row.key === null ? null : String(row.key);
    const item = details.get(`${row.item} ${key}`);
    if (item === undefined) return [];
    return [row.item === 'reward' ? { ...item, stepKey: row.step_key } : item];
  });
  return { items, total: order[0]?.total ?? 0 };
}

interface Wanted {
  readonly steps: bigint[];
  readonly withRest: boolean;
  readonly messages: bigint[];
  readonly events: bigint[];
  readonly rewards: bigint[];
  readonly signal: AbortSignal | undefined;
}

async function readDetails(
  { pool }: EngineContext,
  place: SessionPlace,
  wanted: Wanted,
): Promise<Map<string, TranscriptItem>> {
  const { signal } = wanted;
  const none = Promise.resolve([]);
  const some = wanted.events.length > 0;
  const [heads, messages, events, rewards, details, states] = await Promise.all([
    wanted.steps.length > 0 || wanted.withRest
      ? pool.run(stepHeads, { ...place, keys: wanted.steps, with_rest: wanted.withRest }, { signal })
      : none,
    wanted.messages.length > 0
      ? pool.run(messagesByKey, { ...place, keys: wanted.messages, cut: CUT }, { signal })
      : none,
    some ? pool.run(eventsByKey, { ...place, keys: wanted.events }, { signal }) : none,
    wanted.rewards.length > 0 ? pool.run(rewardsByKey, { ...place, keys: wanted.rewards }, { signal }) : none,
    some
      ? pool.run(callDetails, { ...place, keys: wanted.events, cut: CUT, largest: LARGEST_JSON }, { signal })
      : none,
    some
      ? pool.run(achievements, { ...place, keys: wanted.events, largest: LARGEST_JSON }, { signal })
      : none,
  ]);
  const detailOf = new Map(details.map((row) => [row.event_key, row]));
  const unlocked = new Map(states.map((row) => [row.event_key, unlockedOf(row.achievements, row.previous)]));
  const items = new Map<string, TranscriptItem>();
  for (const row of heads) items.set(`step ${row.step_key}`, toStepItem(row));
  for (const row of messages) items.set(`message ${row.message_key}`, toMessageItem(row));
  for (const row of rewards) items.set(`reward ${row.reward_key}`, toRewardItem(row));
  for (const row of events) {
    const item = toEventItem(row, detailOf.get(row.event_key), unlocked.get(row.event_key) ?? []);
    items.set(`event ${row.event_key}`, item);
  }
  return items;
}
