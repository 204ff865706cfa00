import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const json = JSON.stringify;

/** For tests: a small whole document of each format that is text, name → content. Each is one session with one LM call of 10 + 5 tokens. */
export const smallDocuments: Readonly<Record<string, string>> = {
  'claude/session.jsonl': lines(
    {
      type: 'user',
      uuid: 'u1',
      parentUuid: null,
      sessionId: 'claude-1',
      timestamp: '2026-01-01T00:00:00.000Z',
      cwd: '/work',
      message: { role: 'user', content: 'How many rows?' },
    },
    {
      type: 'assistant',
      uuid: 'a1',
      parentUuid: 'u1',
      sessionId: 'claude-1',
      timestamp: '2026-01-01T00:00:02.000Z',
      requestId: 'req_1',
      message: {
        id: 'msg_1',
        role: 'assistant',
        model: 'claude-sonnet-4-20250514',
        content: [{ type: 'text', text: 'Three.' }],
        usage: { input_tokens: 10, output_tokens: 5 },
      },
    },
  ),
  'otlp/trace.json': json({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'agent' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                name: 'chat gpt-5',
                kind: 3,
                startTimeUnixNano: '1767225600000000000',
                endTimeUnixNano: '1767225601000000000',
                attributes: [
                  { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
                  { key: 'gen_ai.request.model', value: { stringValue: 'gpt-5' } },
                  { key: 'gen_ai.usage.input_tokens', value: { intValue: '10' } },
                  { key: 'gen_ai.usage.output_tokens', value: { intValue: '5' } },
                ],
              },
            ],
          },
        ],
      },
    ],
  }),
  'tau/results.json': json([
    {
      task_id: 0,
      trial: 0,
      reward: 1,
      info: {},
      traj: [
        { role: 'system', content: 'You book flights.' },
        { role: 'user', content: 'A flight, please.' },
        { role: 'assistant', content: 'Booked.' },
      ],
    },
  ]),
};

/** Writes them below a folder. */
export async function writeSmallDocuments(folder: string): Promise<void> {
  for (const [name, content] of Object.entries(smallDocuments)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

function lines(...values: readonly unknown[]): string {
  return values.map((value) => `${json(value)}\n`).join('');
}
