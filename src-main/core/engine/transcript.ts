import {
  callDetails,
  eventsByKey,
  messagesByKey,
  restHead,
  rewardsByKey,
  stepHeads,
} from '../../../db/analytics/queries';
import type { TranscriptItem } from '../../contract';
import type { EngineContext } from './context';
import type { SessionPlace } from './place';
import { toEventItem, toMessageItem, toRewardItem, toStepItem, unlockedOf } from './transcript-items';
import type { OrderedItem, TranscriptOrder } from './transcript-order';

/** Characters of a text that a page carries. */
const CUT = 4_000;
/** JSON longer than this is not looked into for a page: the payload view shows it. */
const LARGEST_JSON = 4_000_000;

/** A page of the transcript: its place in the order, then what it holds, each kind in one query. */
export async function readTranscript(
  context: EngineContext,
  place: SessionPlace,
  page: { readonly offset: number; readonly limit: number },
  signal: AbortSignal | undefined,
): Promise<{ items: TranscriptItem[]; total: number }> {
  const order = await context.orders.get(place, context.workspace.state().revision);
  const shown = order.slice(page.offset, page.offset + page.limit);
  const details = await readDetails(context, place, { order, shown, signal });
  const items = shown.flatMap(({ item, key, stepKey }): TranscriptItem[] => {
    const found = details.get(`${item} ${key}`);
    if (found === undefined) return [];
    return [item === 'reward' ? { ...found, stepKey: stepKey === null ? null : String(stepKey) } : found];
  });
  return { items, total: order.length };
}

interface Wanted {
  readonly order: TranscriptOrder;
  readonly shown: readonly OrderedItem[];
  readonly signal: AbortSignal | undefined;
}

export async function readDetails(
  { pool }: EngineContext,
  place: SessionPlace,
  { order, shown, signal }: Wanted,
): Promise<Map<string, TranscriptItem>> {
  const keysOf = (kind: OrderedItem['item']) =>
    shown.flatMap(({ item, key }) => (item === kind && key !== null ? [key] : []));
  const [steps, messages, events, rewards] = [
    keysOf('step'),
    keysOf('message'),
    keysOf('event'),
    keysOf('reward'),
  ];
  // What an event unlocked is what the one before it had not: its state is read too, whether the page shows it or not.
  const states = new Set([...events, ...events.map((key) => order.environmentBefore(key))]);
  const payloads = [...states].filter((key) => key !== null);
  const none = Promise.resolve([]);
  const [heads, rest, messageRows, eventRows, rewardRows, detailRows] = await Promise.all([
    steps.length > 0 ? pool.run(stepHeads, { ...place, keys: steps }, { signal }) : none,
    shown.some(({ item, key }) => item === 'step' && key === null)
      ? pool.run(restHead, { ...place }, { signal })
      : none,
    messages.length > 0 ? pool.run(messagesByKey, { ...place, keys: messages, cut: CUT }, { signal }) : none,
    events.length > 0 ? pool.run(eventsByKey, { ...place, keys: events }, { signal }) : none,
    rewards.length > 0 ? pool.run(rewardsByKey, { ...place, keys: rewards }, { signal }) : none,
    payloads.length > 0
      ? pool.run(callDetails, { ...place, keys: payloads, cut: CUT, largest: LARGEST_JSON }, { signal })
      : none,
  ]);
  const detailOf = new Map(detailRows.map((row) => [row.event_key, row]));
  const unlockedBy = (eventKey: string): string[] => {
    const now = detailOf.get(eventKey)?.achievements ?? null;
    const before = order.environmentBefore(BigInt(eventKey));
    if (now === null || !order.isEnvironment(BigInt(eventKey))) return [];
    return unlockedOf(now, detailOf.get(String(before))?.achievements ?? null);
  };
  const items = new Map<string, TranscriptItem>();
  for (const row of [...heads, ...rest]) {
    const counts = order.countsOf(row.step_key === null ? null : BigInt(row.step_key));
    items.set(`step ${row.step_key}`, toStepItem({ ...row, ...counts }));
  }
  for (const row of messageRows) items.set(`message ${row.message_key}`, toMessageItem(row));
  for (const row of rewardRows) items.set(`reward ${row.reward_key}`, toRewardItem(row));
  for (const row of eventRows) {
    const item = toEventItem(row, detailOf.get(row.event_key), unlockedBy(row.event_key));
    items.set(`event ${row.event_key}`, item);
  }
  return items;
}
