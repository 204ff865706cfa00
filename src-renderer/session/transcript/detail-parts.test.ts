import { describe, expect, it } from 'vitest';
import { detailParts } from './detail-parts';
import { brief } from './tool-calls';

const empty = { callRecords: null, stateBefore: null, stateAfter: null, metadata: null };

function clipped(text: string, length = text.length) {
  return { text, length };
}

describe('the payload of an event', () => {
  it('is read in parts, with everything kept as recorded', () => {
    const callRecords = clipped(
      JSON.stringify([
        { call_id: 'c1', request_params: { temperature: 0 }, usage: { input_tokens: 5 }, tool_results: [] },
      ]),
    );
    const parts = detailParts({ ...empty, callRecords, metadata: clipped('{}') });
    expect(parts.map(({ name }) => name)).toEqual(['params', 'usage', 'raw', 'metadata']);
    expect(JSON.parse(parts[1]?.text ?? '')).toEqual({ input_tokens: 5 });
    expect(parts[2]?.text).toBe(callRecords.text);
  });

  it('is shown raw when it is cut or no call record', () => {
    expect(
      detailParts({ ...empty, callRecords: clipped('[{"usage": {"a"', 2_000_000) }).map(({ name }) => name),
    ).toEqual(['raw']);
    expect(detailParts({ ...empty, callRecords: clipped('not JSON') }).map(({ name }) => name)).toEqual([
      'raw',
    ]);
    expect(detailParts(empty)).toEqual([]);
  });
});

describe('a tool call in a line', () => {
  it('reads a flat object without its braces', () => {
    expect(brief(clipped('{"action": 5, "why": "wood"}'))).toBe('action: 5, why: "wood"');
    expect(brief(clipped('{"a":1,"b":"c, d"}'))).toBe('a: 1, b: "c, d"');
    expect(brief(clipped('{"deep": {"a": 1}}'))).toBe('{"deep": {"a": 1}}');
    expect(brief(clipped('x'.repeat(300)))).toHaveLength(91);
  });
});
