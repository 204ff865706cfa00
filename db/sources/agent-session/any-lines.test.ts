import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'any-lines-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Words that the readers look for, with values that they do not expect. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    'user',
    'assistant',
    'text',
    'tool_use',
    'tool_result',
    'msg_1',
    '\u0000',
    '\ud800',
    "it's",
    '\x1f',
  ),
);
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(
      null,
      true,
      -1,
      0.5,
      1e300,
      2 ** 53,
      '2025-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '1970-01-01',
      {},
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'type',
        'id',
        'name',
        'role',
        'text',
        'content',
        'message',
        'usage',
        'model',
        'input',
        'output',
        'call_id',
        'tool_use_id',
        'input_tokens',
        'output_tokens',
        'info',
        'total_token_usage',
        'last_token_usage',
        'summary',
        'body',
        'messages',
        'index',
        'delta',
        'sse_events',
        '__proto__',
        'constructor',
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;

const formats = [
  [
    'claude-code',
    { type: 'user', sessionId: 's', uuid: 'u', message: { role: 'user', content: 'Hi' } },
    ['user', 'assistant', 'system', 'summary', 'progress', 'other'],
    ['message', 'timestamp', 'uuid', 'toolUseResult', 'summary', 'leafUuid', 'content', 'error'],
  ],
  [
    'codex',
    { type: 'session_meta', timestamp: '2025-01-01T00:00:00Z', payload: { id: 's' } },
    ['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted', 'other'],
    ['payload', 'timestamp'],
  ],
  [
    'claude-tap',
    { request: { method: 'POST', path: '/v1/messages', body: {} }, response: {} },
    ['x'],
    ['request', 'response', 'timestamp', 'duration_ms', 'turn'],
  ],
] as const;

describe('a log with lines of any shape', () => {
  for (const [format, first, types, members] of formats) {
    it(`is read to its end as ${format}: each line becomes rows or is counted as skipped`, async () => {
      const entry = fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record(
            { type: fc.constantFrom(...types), ...Object.fromEntries(members.map((name) => [name, value])) },
            { requiredKeys: ['type'] },
          ),
        },
        { weight: 1, arbitrary: value },
      );
      const line = fc.oneof(
        { weight: 8, arbitrary: entry.map((one) => JSON.stringify(one) ?? 'null') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            '{"type":"user","message":',
            'null',
            '\u0000',
            '{}',
            '{"cost":12345678901234567890123}',
          ),
        },
      );
      const seed = Number(process.env.FC_SEED ?? 20261121);
      const files = fc.sample(fc.array(line, { minLength: 1, maxLength: 30 }), { numRuns: 60, seed });
      await mkdir(join(folder, format));
      await Promise.all(
        files.map((lines, index) =>
          writeFile(join(folder, format, `${index}.jsonl`), [JSON.stringify(first), ...lines].join('\n')),
        ),
      );
      const all = await readAll(join(folder, format));
      expect(all.sources.map((source) => source.format)).toEqual([format]);
      const reported = new Map(all.files.map(({ file, read, skipped }) => [file, read + skipped]));
      expect(files.map((_, index) => reported.get(`${index}.jsonl`))).toEqual(
        files.map((lines) => 1 + lines.length),
      );
      const unread = all.warnings.filter(({ message }) => /could not be read/.test(message));
      expect(unread).toEqual([]);
      for (const table of ['events', 'messages', 'timesteps'] as const) {
        const keys = all
          .rows(table)
          .map((row) => row[`${table === 'timesteps' ? 'step' : table.slice(0, -1)}_key`]);
        expect(new Set(keys).size).toBe(keys.length);
      }
    });
  }
});
