import { expect, test } from 'vitest';
import type { Mapping, SurveyedColumn } from '../../src-main/contract';
import {
  columnOf,
  fieldTaking,
  shownFields,
  unshownFields,
  withField,
  withKind,
  withNewEntry,
  withoutEntry,
} from './draft';

const draft: Mapping = {
  format: 'stepscope-mapping',
  version: 1,
  name: 'calls',
  schema: { kind: 'csv', tables: [] },
  entries: [
    {
      table: 'rows',
      kind: 'event',
      fields: { session: { column: 'run' }, model: { column: 'm' }, occurred_at: { column: 'at' } },
    },
  ],
};

function column(name: string, path: string[] = []): SurveyedColumn {
  return { column: name, path, type: 'text', samples: [], sampled: 0, nulls: 0, distinct: 0 };
}

test('a field is set, replaced and taken away without touching the draft it came from', () => {
  const set = withField(draft, 0, { name: 'cost', field: { column: 'c', unit: 'cents' } });
  expect(Object.keys(set.entries[0]?.fields ?? {})).toEqual(['session', 'model', 'occurred_at', 'cost']);
  expect(withField(set, 0, { name: 'cost', field: null }).entries[0]?.fields).toEqual(
    draft.entries[0]?.fields,
  );
  expect(draft.entries[0]?.fields).not.toHaveProperty('cost');
});

test('another kind keeps the fields that it has too, and a second reading of a table begins with where its rows belong', () => {
  expect(Object.keys(withKind(draft, 0, 'message').entries[0]?.fields ?? {})).toEqual([
    'session',
    'occurred_at',
  ]);
  const two = withNewEntry(draft, 'rows', 'message');
  expect(two.entries[1]).toEqual({
    table: 'rows',
    kind: 'message',
    fields: { session: { column: 'run' }, occurred_at: { column: 'at' } },
  });
  expect(withoutEntry(two, 0).entries.map(({ kind }) => kind)).toEqual(['message']);
});

test('the fields that decide what a row is are always shown, the others when they are mapped', () => {
  expect(shownFields({ table: 'rows', kind: 'message', fields: { step: { column: 's' } } })).toEqual([
    'session',
    'step',
    'role',
    'content',
  ]);
  expect(unshownFields({ table: 'rows', kind: 'message', fields: {} })).toEqual([
    'step',
    'author',
    'occurred_at',
    'sequence',
  ]);
});

test('a cost begins in dollars, in cents where its name says so, and keeps the unit that was chosen', () => {
  expect(fieldTaking(column('cost'), 'money', undefined)).toEqual({ column: 'cost', unit: 'dollars' });
  expect(fieldTaking(column('usage', ['cost_cents']), 'money', undefined)).toEqual({
    column: 'usage',
    path: ['cost_cents'],
    unit: 'cents',
  });
  expect(fieldTaking(column('cost'), 'money', { column: 'x', unit: 'cents' })).toEqual({
    column: 'cost',
    unit: 'cents',
  });
  expect(fieldTaking(column('took'), 'duration', undefined)).toEqual({ column: 'took', unit: 'ms' });
  const table = { name: 'rows', columns: [column('usage', ['cost_cents'])], rows: [] };
  expect(columnOf(table, { column: 'usage', path: ['cost_cents'] })?.path).toEqual(['cost_cents']);
  expect(columnOf(table, { column: 'usage' })).toBeUndefined();
});
