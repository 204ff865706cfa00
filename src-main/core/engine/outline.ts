import type { OutlineRow, TranscriptItem } from '../../contract';
import type { EngineContext } from './context';
import type { SessionPlace } from './place';
import { readDetails } from './transcript';

/** Where what is said first in a step is looked for, and how many messages are read for it. */
const ITEMS_AHEAD = 12;
const MESSAGES_AHEAD = 3;
const OPENING_CHARACTERS = 240;

/** A page of the steps, each with how it begins. */
export async function readOutline(
  context: EngineContext,
  place: SessionPlace,
  page: { readonly offset: number; readonly limit: number },
  signal: AbortSignal | undefined,
): Promise<{ rows: OutlineRow[]; total: number }> {
  const order = await context.orders.get(place, context.workspace.state().revision);
  const heads = order.headPositions();
  const parts = heads.slice(page.offset, page.offset + page.limit).map((position, nth) => {
    const end = Math.min(heads[page.offset + nth + 1] ?? order.length, position + 1 + ITEMS_AHEAD);
    const messages = order.slice(position + 1, end).filter(({ item }) => item === 'message');
    return { position, head: order.slice(position, position + 1), said: messages.slice(0, MESSAGES_AHEAD) };
  });
  const shown = parts.flatMap(({ head, said }) => [...head, ...said]);
  const details = await readDetails(context, place, { order, shown, signal });
  const rows = parts.flatMap(({ position, head, said }): OutlineRow[] => {
    const [step] = head.map(({ item, key }) => details.get(`${item} ${key}`));
    if (step?.kind !== 'step') return [];
    const messages = said.map(({ item, key }) => details.get(`${item} ${key}`));
    return [{ position, step, opening: openingOf(messages) }];
  });
  return { rows, total: heads.length };
}

/** What somebody says tells more than a tool's JSON. */
function openingOf(items: readonly (TranscriptItem | undefined)[]): string | null {
  const messages = items.filter((item) => item?.kind === 'message');
  const spoken = messages.find(({ role }) => role === 'user' || role === 'assistant') ?? messages[0];
  const line =
    spoken?.content.text
      .slice(0, 4 * OPENING_CHARACTERS)
      .replace(/\s+/g, ' ')
      .trim() ?? '';
  return line === '' ? null : line.slice(0, OPENING_CHARACTERS);
}
