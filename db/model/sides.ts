import type { SidedMessage } from './convergence';

/** A message as the canonical model has it, as far as sides need it. */
export interface SpokenMessage {
  readonly role: string;
  readonly author: string | null;
  readonly text: string;
  readonly turn: number;
}

/** Of neighbouring messages, this share must change sides for the two to be called a conversation. */
const ALTERNATING_SHARE = 0.8;
const FEWEST_MESSAGES = 4;

/**
 * The two sides of a conversation, or undefined where messages do not alternate between two. Two assistants with names
 * are the sides (whoever opened the talk is not); else the assistant, with its tool calls, speaks with whoever answers it (user, tool
 * results). System messages take no side.
 */
export function sidesOf(messages: readonly SpokenMessage[]): SidedMessage[] | undefined {
  const spoken = ofTheSides(messages.filter(({ role }) => role !== 'system' && role !== 'other'));
  if (spoken.length < FEWEST_MESSAGES) return undefined;
  const authors = new Set(spoken.map(({ author }) => author));
  const first = spoken[0]?.author ?? null;
  const areNamed = authors.size === 2 && !authors.has(null);
  const sided = spoken.map((message): SidedMessage => {
    const isFirst = areNamed
      ? message.author === first
      : message.role === 'user' || message.role === 'tool_result';
    return { side: isFirst ? 'a' : 'b', text: message.text, turn: message.turn };
  });
  const changes = sided.filter(
    (message, index) => index > 0 && message.side !== sided[index - 1]?.side,
  ).length;
  return changes >= ALTERNATING_SHARE * (sided.length - 1) ? sided : undefined;
}

/** Where two named agents talk, whoever set them going (a researcher's prompt) is no side of it. */
function ofTheSides(spoken: readonly SpokenMessage[]): readonly SpokenMessage[] {
  const agents = new Set(spoken.filter(({ role }) => role === 'assistant').map(({ author }) => author));
  return agents.size === 2 && !agents.has(null) ? spoken.filter(({ author }) => agents.has(author)) : spoken;
}
