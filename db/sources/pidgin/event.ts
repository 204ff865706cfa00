import { z } from 'zod';

/**
 * One line of a Pidgin events file. Three shapes are in the wild: *legacy* keeps its fields below `data`; *flat* and *newest* have them at
 * the top. Every field beside the type is optional: files end in the middle, and versions differ.
 */
const line = z.looseObject({
  event_type: z.string().endsWith('Event'),
  timestamp: z.string(),
  data: z.unknown().optional(),
});

const text = z.string().optional().catch(undefined);
const whole = z.number().int().nonnegative().optional().catch(undefined);
const amount = z.number().optional().catch(undefined);

const fields = z.looseObject({
  conversation_id: text,
  experiment_id: text,
  agent_id: text,
  turn_number: whole,
  // ConversationStart
  agent_a_model: text,
  agent_b_model: text,
  agent_a_display_name: text,
  agent_b_display_name: text,
  initial_prompt: text,
  // SystemPrompt
  prompt: text,
  // MessageComplete, and TurnComplete's score
  message: z.looseObject({ content: text, timestamp: text }).optional().catch(undefined),
  duration_ms: amount,
  convergence_score: amount,
  // TokenUsage; the newest MessageComplete has them too
  provider: text,
  model: text,
  prompt_tokens: whole,
  completion_tokens: whole,
  total_tokens: whole,
  // ConversationEnd, RateLimitPace, errors
  reason: text,
  wait_time: amount,
  error: text,
  error_message: text,
});

export interface PidginEvent {
  readonly type: string;
  /** ISO 8601 with zone; a time without one is UTC. */
  readonly at: string | null;
  readonly fields: z.infer<typeof fields>;
}

/** Undefined: valid JSON perhaps, but no Pidgin event. */
export function parseEvent(value: unknown): PidginEvent | undefined {
  const outer = line.safeParse(value);
  if (!outer.success) return undefined;
  const { event_type, timestamp, data, ...rest } = outer.data;
  const inner = fields.safeParse(typeof data === 'object' && data !== null ? data : rest);
  return inner.success ? { type: event_type, at: utc(timestamp), fields: inner.data } : undefined;
}

/** Outer times are UTC, with or without saying so. Microseconds are kept. */
function utc(timestamp: string): string | null {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(timestamp) ? timestamp : `${timestamp}Z`;
  if (Number.isNaN(Date.parse(zoned))) return null;
  if (/(?:Z|[+]00:?00)$/.test(zoned)) return zoned.replace(/(?:Z|[+]00:?00)$/, '').replace(' ', 'T');
  return new Date(zoned).toISOString().slice(0, -1);
}
