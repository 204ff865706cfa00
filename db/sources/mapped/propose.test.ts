import { expect, test } from 'vitest';
import { fileKindOf } from './kind';
import { proposeMapping } from './propose';
import { fingerprintOf, type Survey, type SurveyedColumn, schemaOf } from './survey';
import { summaryOf } from './testing';

function column(
  name: string,
  samples: readonly string[],
  rest: Partial<SurveyedColumn> = {},
): SurveyedColumn {
  const distinct = new Set(samples).size;
  return { column: name, path: [], type: 'text', samples, sampled: 10, nulls: 0, distinct, ...rest };
}

function survey(
  tables: Readonly<Record<string, readonly SurveyedColumn[]>>,
  kind: Survey['kind'] = 'sqlite',
): Survey {
  return {
    kind,
    path: '/x/agents.db',
    notes: [],
    tables: Object.entries(tables).map(([name, columns]) => ({ name, columns, rows: [] })),
  };
}

test('a view of a table is left alone, as its rows would count twice; an empty table like another is not', () => {
  const said = [column('run_id', ['r1']), column('role', ['user']), column('body', ['hello'])];
  const empty = said.map((one) => ({ ...one, samples: [], sampled: 0, distinct: 0 }));
  const { entries } = proposeMapping(
    survey({ msgs: said, v_msgs: said, archive_msgs: empty, old_msgs: empty }),
  );
  expect(entries.map(({ table }) => table)).toEqual(['msgs', 'archive_msgs', 'old_msgs']);
});

test('tables are told by their names and columns; what is no trace is left alone', () => {
  const proposal = proposeMapping(
    survey({
      runs: [
        column('id', ['r1', 'r2']),
        column('name', ['First']),
        column('finished_at', ['2026-01-01 10:00']),
      ],
      steps: [column('run_id', ['r1']), column('step', ['0', '1']), column('reward', ['0.5'])],
      llm_calls: [
        column('run_id', ['r1']),
        column('model', ['m']),
        column('promptTokens', ['7']),
        column('elapsed', ['1.25']),
      ],
      migrations: [column('version', ['3'])],
    }),
  );
  expect(summaryOf(proposal)).toEqual([
    'runs → session',
    'session.session ← id',
    'session.title ← name',
    'session.ended_at ← finished_at',
    'steps → step',
    'step.session ← run_id',
    'step.step ← step',
    'step.reward ← reward',
    'llm_calls → event',
    'event.session ← run_id',
    'event.model ← model',
    'event.input_tokens ← promptTokens',
    'event.latency ← elapsed (s)',
  ]);
});

test('a name whose values do not fit its field is passed over: a cost of words, a time of small numbers', () => {
  const proposal = proposeMapping(
    survey({
      calls: [
        column('model', ['m']),
        column('cost', ['cheap']),
        column('price', ['0.01']),
        column('time', ['3', '4']),
      ],
    }),
  );
  expect(summaryOf(proposal)).toEqual([
    'calls → event',
    'event.model ← model',
    'event.cost ← price (dollars)',
  ]);
});

test('an id that is another in each row names no session when another column repeats', () => {
  const proposal = proposeMapping(
    survey({
      messages: [
        column('session_id', ['1', '2', '3', '4'], { distinct: 10 }),
        column('thread', ['a', 'b']),
        column('role', ['user']),
        column('text', ['Hi']),
      ],
    }),
  );
  expect(summaryOf(proposal)).toContain('message.session ← thread');
});

test('spans are told by their ids', () => {
  const proposal = proposeMapping(
    survey({
      data: [
        column('traceId', ['a']),
        column('spanId', ['b']),
        column('parentSpanId', ['c']),
        column('name', ['call']),
      ],
    }),
  );
  expect(proposal.entries.map(({ kind }) => kind)).toEqual(['span']);
});

test('a schema is the same whatever the order of its tables and columns, and another when a type differs', () => {
  const of = (tables: Parameters<typeof survey>[0]) => fingerprintOf(schemaOf(survey(tables)));
  const a = column('a', [], { type: 'INTEGER' });
  const b = column('b', [], { type: 'TEXT' });
  expect(of({ x: [a, b], y: [a] })).toBe(of({ y: [a], x: [b, a] }));
  expect(of({ x: [a] })).not.toBe(of({ x: [{ ...a, type: 'REAL' }] }));
});

test('a text is a table when its lines part alike, and not when it is prose, code or binary', () => {
  const kindOf = (text: string | Buffer) =>
    fileKindOf({
      path: '/x',
      kind: 'file',
      size: 1,
      mtimeMs: 0,
      head: Buffer.from(text),
      compression: null,
      entries: [],
    })?.kind;
  expect(kindOf('a,b\n1,2\n3,4\n')).toBe('csv');
  expect(kindOf('a;b\n"x;y",2\n3,1;4\n')).toBe('csv');
  expect(kindOf('{"a": 1}\n{"a": 2}\n')).toBe('json');
  expect(kindOf('[{"a": 1}]')).toBe('json');
  expect(kindOf('This is a text.\nIt has lines, and more lines.\nNothing else.\n')).toBeUndefined();
  expect(kindOf('{\n  "pretty": 1\n}\n')).toBeUndefined();
  expect(kindOf(Buffer.from([0, 1, 2, 3]))).toBeUndefined();
  expect(kindOf('')).toBeUndefined();
});

test('names as people write them: with units in brackets, and cut short', () => {
  const proposal = proposeMapping(
    survey({
      calls: [
        column('run', ['r1', 'r1']),
        column('started', ['2026-01-01 10:00:00']),
        column('Model Name', ['m']),
        column('prompt_toks', ['7']),
        column('completion_toks', ['3']),
        column('total cost (USD)', ['0.002']),
        column('ms', ['850']),
      ],
    }),
  );
  expect(summaryOf(proposal)).toEqual([
    'calls → event',
    'event.session ← run',
    'event.occurred_at ← started',
    'event.model ← Model Name',
    'event.input_tokens ← prompt_toks',
    'event.output_tokens ← completion_toks',
    'event.cost ← total cost (USD) (dollars)',
    'event.latency ← ms (ms)',
  ]);
});
