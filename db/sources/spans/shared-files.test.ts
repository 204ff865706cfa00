import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { readAll } from '../read-all';
import { applyPatch, PatchError } from './json-patch';

/** Every file of these is opened, and what is read is compared with a count that knows nothing of the readers. */
const folders = ['otlp-proto', 'jaeger-ui', 'junjo', 'openinference'];

/** Not traces, by what they are. */
const others: Readonly<Record<string, string>> = {
  'logs.json': 'SCHEMA_UNSUPPORTED',
  'events.json': 'SCHEMA_UNSUPPORTED',
  'metrics.json': 'SCHEMA_UNSUPPORTED',
  'capture-results.json': 'FORMAT_UNKNOWN',
  'rfc6902-replay.json': 'FORMAT_UNKNOWN',
  'agent-structural-v1.json': 'FORMAT_UNKNOWN',
  'schema-normalization-v1.json': 'FORMAT_UNKNOWN',
};

interface Counts {
  readonly spans: Set<string>;
  readonly traces: Set<string>;
  readonly repeated: number;
  readonly input: number;
  readonly output: number;
}

/** Walks any JSON: whatever has a trace and a span id and is no reference to another is a span. */
function count(file: string): Counts {
  const spans = new Set<string>();
  const traces = new Set<string>();
  let repeated = 0;
  let input = 0;
  let output = 0;
  let outerInput = 0;
  let outerOutput = 0;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const one: Record<string, unknown> = { ...value };
    const context: Record<string, unknown> = { ...Object(one.spanContext ?? one) };
    const trace = context.traceId ?? one.traceID ?? one.trace_id;
    const span = context.spanId ?? one.spanID ?? one.span_id;
    if (typeof trace === 'string' && typeof span === 'string') {
      const id = `${trace} ${span}`.toLowerCase();
      if (spans.has(id)) repeated += 1;
      else {
        spans.add(id);
        traces.add(trace.toLowerCase());
        const attributes: Record<string, unknown> = { ...Object(one.attributes ?? one.attributes_json) };
        const usage = JSON.parse(String(attributes['junjo.agent.model.usage'] ?? '{}'));
        input += Number(attributes['gen_ai.usage.input_tokens'] ?? usage.inputTokens ?? 0);
        output += Number(attributes['gen_ai.usage.output_tokens'] ?? usage.outputTokens ?? 0);
        if (one.name === 'ai.embed.doEmbed') input += Number(attributes['ai.usage.tokens']);
        if (/^ai\.\w+$/.test(String(one.name))) {
          outerInput += Number(
            attributes['ai.usage.promptTokens'] ?? attributes['ai.usage.inputTokens'] ?? 0,
          );
          outerOutput += Number(
            attributes['ai.usage.completionTokens'] ?? attributes['ai.usage.outputTokens'] ?? 0,
          );
        }
      }
      return;
    }
    for (const [name, inner] of Object.entries(one)) if (name !== 'references') visit(inner);
  };
  visit(JSON.parse(readFileSync(file, 'utf8')));
  // What the Vercel SDK says of an operation counts where its requests are not in the file.
  return input + output > 0
    ? { spans, traces, repeated, input, output }
    : { spans, traces, repeated, input: outerInput, output: outerOutput };
}

function filesOf(folder: string): string[] {
  if (!hasShared(folder)) return [];
  return readdirSync(join(sharedData, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();
}

function sum(values: readonly (string | null | undefined)[]): number {
  return values.reduce((total, value) => total + Number(value ?? 0), 0);
}

describe.each(folders)('the real files of %s', (folder) => {
  test.skipIf(!hasShared(folder))(
    `open with every span, once, or say what they are${needsShared(folder)}`,
    async () => {
      let opened = 0;
      for (const name of filesOf(folder)) {
        const file = join(sharedData, folder, name);
        const other = name.includes('schema.json') ? 'FORMAT_UNKNOWN' : others[name.split('/').at(-1) ?? ''];
        if (other !== undefined) {
          await expect(readAll(file), name).rejects.toMatchObject({ code: other });
          continue;
        }
        if (name.includes('otel_genai_client_span')) continue;
        const found = await readAll(file);
        const { spans, traces, repeated, input, output } = count(file);
        const rows = found.rows('spans');
        expect([name, rows.length, new Set(rows.map((row) => `${row.trace_id} ${row.span_id}`))]).toEqual([
          name,
          spans.size,
          spans,
        ]);
        expect([name, new Set(found.rows('sessions').map(({ session_id }) => session_id))]).toEqual([
          name,
          traces,
        ]);
        expect([name, sum(found.files.map(({ skipped }) => String(skipped)))]).toEqual([name, repeated]);
        const events = found.rows('events');
        // A call that never came back says no usage: its agent's own sum stands for it.
        if (!name.includes('completed_model_without_response'))
          expect([
            name,
            sum(events.map((row) => row.input_tokens)),
            sum(events.map((row) => row.output_tokens)),
          ]).toEqual([name, input, output]);
        opened += 1;
      }
      expect(opened).toBeGreaterThan(0);
    },
  );
});

const genai =
  'openinference/js/packages/openinference-genai/test/__fixtures__/otel_genai_client_span_tool_calls.json';
test.skipIf(!hasShared(genai))(
  `the attributes of one span are a call with its messages${needsShared(genai)}`,
  async () => {
    const found = await readAll(join(sharedData, genai));
    expect(found.rows('events')).toMatchObject([
      {
        event_type: 'cais',
        model: 'gpt-4-0613',
        provider: 'openai',
        input_tokens: '97',
        output_tokens: '52',
      },
    ]);
    expect(found.rows('messages').map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool_use',
      'tool_result',
      'assistant',
    ]);
  },
);

const invalid = 'junjo/contracts/telemetry/fixtures/invalid/agent';
test.skipIf(!hasShared(invalid))(
  `a trace that its own file calls unsound opens and says so${needsShared(invalid)}`,
  async () => {
    for (const name of readdirSync(join(sharedData, invalid))) {
      const file = join(sharedData, invalid, name);
      const found = await readAll(file);
      const { expected_diagnostic: diagnostic } = JSON.parse(readFileSync(file, 'utf8'));
      expect([name, found.warnings.some(({ message }) => message.includes(diagnostic))]).toEqual([
        name,
        true,
      ]);
    }
  },
);

const unsoundStates: Readonly<Record<string, RegExp>> = {
  'duplicate_transition_sequence.json': /the same number/,
  'gapped_transition_sequence.json': /have a gap/,
  'inconsistent_store_name.json': /several names/,
  'missing_trailing_transition.json': /fewer than/,
  'out_of_scope_agent_store_event.json': /outside of the run/,
  'patch_replay_mismatch.json': /do not lead to/,
  'terminal_revision_mismatch.json': /another revision/,
};
const OWN = /state|store|graph/i;

test.skipIf(!hasShared(invalid))(
  `states that do not follow from their changes are said, and those that do are not${needsShared(invalid)}`,
  async () => {
    const fixtures = join(sharedData, 'junjo/contracts/telemetry/fixtures');
    for (const [name, pattern] of Object.entries(unsoundStates)) {
      const found = await readAll(join(fixtures, 'invalid/agent', name));
      const said = found.warnings.filter(({ message }) => pattern.test(message));
      expect([name, said.length, /:span \w+$/.test(said[0]?.at ?? '')]).toEqual([name, 1, true]);
    }
    for (const folder of ['workflow', 'agent/producer', 'agent/consumer']) {
      const found = await readAll(join(fixtures, folder));
      expect(found.warnings.filter(({ message }) => OWN.test(message))).toEqual([]);
    }
    const vectors = JSON.parse(readFileSync(join(fixtures, 'store/rfc6902-replay.json'), 'utf8'));
    for (const { start, patch, end } of vectors.valid) expect(applyPatch(start, patch)).toEqual(end);
    for (const { start, patch } of vectors.invalid)
      expect(() => applyPatch(start, patch)).toThrow(PatchError);
  },
);
