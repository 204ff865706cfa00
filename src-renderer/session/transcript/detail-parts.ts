import { z } from 'zod';
import type { ClippedText } from '../../../src-main/contract';

interface Payload {
  readonly callRecords: ClippedText | null;
  readonly stateBefore: ClippedText | null;
  readonly stateAfter: ClippedText | null;
  readonly metadata: ClippedText | null;
}

export interface DetailPart {
  readonly name: string;
  readonly text: string;
  readonly length: number;
}

/** Parts of a call record that are read apart, in this order. Everything stays in `raw`. */
const recordParts = [
  ['messages', 'input_messages'],
  ['output', 'output_messages'],
  ['tool calls', 'output_tool_calls'],
  ['tool results', 'tool_results'],
  ['params', 'request_params'],
  ['usage', 'usage'],
] as const;

const record = z.record(z.string(), z.unknown());
const records = z.union([z.array(record), record.transform((one) => [one])]);

/** A payload in readable parts. What is no call record, or is cut, is shown as it was recorded. */
export function detailParts(payload: Payload): DetailPart[] {
  const parts: DetailPart[] = [];
  const { callRecords } = payload;
  if (callRecords !== null) {
    for (const [name, key] of recordParts) {
      const values = parseRecords(callRecords).flatMap((one) => (isFilled(one[key]) ? [one[key]] : []));
      if (values.length === 0) continue;
      const text = JSON.stringify(values.length === 1 ? values[0] : values, null, 2);
      parts.push({ name, text, length: text.length });
    }
    parts.push({ name: 'raw', ...callRecords });
  }
  if (payload.stateBefore !== null) parts.push({ name: 'state before', ...payload.stateBefore });
  if (payload.stateAfter !== null) parts.push({ name: 'state after', ...payload.stateAfter });
  if (payload.metadata !== null) parts.push({ name: 'metadata', ...payload.metadata });
  return parts;
}

function parseRecords({ text, length }: ClippedText): readonly Record<string, unknown>[] {
  if (text.length < length) return [];
  try {
    const parsed = records.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
