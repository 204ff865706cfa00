import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder';
import { readAll } from '../read-all';

const at = '2026-01-01T10:00:00Z';
const answer = {
  type: 'assistant',
  sessionId: 's',
  uuid: 'u',
  timestamp: at,
  message: { id: 'm', role: 'assistant', model: 'claude-sonnet-5', content: [{ type: 'text', text: 'Hi' }] },
};
const count = { type: 'token_count', info: { last_token_usage: { input_tokens: -5, output_tokens: 7 } } };
const logs: Readonly<Record<string, readonly unknown[]>> = {
  'claude.jsonl': [
    { ...answer, message: { ...answer.message, usage: { input_tokens: 'many', output_tokens: 7 } } },
  ],
  'rollout-1.jsonl': [
    { timestamp: at, type: 'session_meta', payload: { id: 'r', cwd: '/w' } },
    { timestamp: at, type: 'event_msg', payload: count },
  ],
  'export.json': [
    {
      info: { id: 'ses_o', title: 'o', time: { created: 1 } },
      messages: [
        { info: { id: 'msg_1', role: 'assistant', tokens: { input: 1.5, output: 7, cache: {} } }, parts: [] },
      ],
    },
  ],
};

it.each(Object.entries(logs))('leaves odd figures of %s empty, and says so', async (name, lines) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, name);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { rows, warnings } = await readAll(path);
  const calls = rows('events').filter(({ event_type }) => event_type === 'cais');
  expect(calls.map(({ input_tokens, output_tokens }) => [input_tokens, output_tokens])).toEqual([
    [null, '7'],
  ]);
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Figures “input(_tokens)?” that are no whole numbers were left empty\.$/),
  ]);
});

it('says so of a number beyond 64 bits', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'claude.jsonl');
  const usage = '"usage":{"input_tokens":99999999999999999999999,"output_tokens":7}';
  await writeFile(path, `${JSON.stringify(answer).replace('"role"', () => `${usage},"role"`)}\n`);
  const { warnings } = await readAll(path);
  expect(warnings.map(({ at: place, message }) => [place, message])).toEqual([
    ['claude.jsonl:1', 'Figures “input_tokens” that are no whole numbers were left empty.'],
  ]);
});
