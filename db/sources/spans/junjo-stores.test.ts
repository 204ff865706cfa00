import { expect, test } from 'vitest';
import { applyPatch, PatchError } from './json-patch';
import { checkStores } from './junjo-stores';
import type { Span } from './span';
import { treeOf } from './tree';

type Patch = readonly unknown[] | object | string;

/** A run that owns a store, and a node below it that sets states. */
function said(
  options: {
    end?: string;
    graph?: string;
    patches?: readonly Patch[];
    owner?: object;
    isPartial?: boolean;
  } = {},
) {
  const { end = '{"n":2}', patches = [[{ op: 'replace', path: '/n', value: 2 }]], graph } = options;
  const owner: Span = {
    ...span('1', null),
    ...(options.isPartial === true ? { isPartial: true } : {}),
    attributes: {
      'junjo.span_type': 'workflow',
      'junjo.workflow.store.id': 's',
      'junjo.workflow.state.start': '{"n":1}',
      'junjo.workflow.state.end': end,
      ...(graph === undefined ? {} : { 'junjo.workflow.graph_structure': graph }),
      ...options.owner,
    },
  };
  const events = patches.map((patch, at) => ({
    name: 'set_state',
    timeNs: BigInt(at + 1),
    attributes: {
      'junjo.store.id': 's',
      'junjo.state_json_patch': typeof patch === 'string' ? patch : JSON.stringify(patch),
    },
  }));
  const spans = [owner, { ...span('2', '1'), events: events.toReversed() }];
  const tree = treeOf(
    spans.map(({ spanId, parentSpanId }) => ({
      spanId,
      parentSpanId,
      name: null,
      startMs: 0,
      endMs: 1,
      role: 'other',
      hasUsage: false,
    })),
  );
  const messages: string[] = [];
  checkStores(
    spans.map((own, place) => ({ place, span: own })),
    tree,
    (message, { spanId }) => messages.push(`${spanId}: ${message}`),
  );
  return messages;
}

function span(spanId: string, parentSpanId: string | null): Span {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    serviceName: null,
    name: null,
    kind: null,
    startNs: 1n,
    endNs: 2n,
    status: 'OK',
    statusMessage: null,
    attributes: { 'junjo.span_type': 'node' },
    events: [],
    links: [],
    traceFlags: null,
    traceState: null,
    resource: {},
  };
}

test('changes are replayed in order of time, and one that changed nothing is none', () => {
  const first = [{ op: 'replace', path: '/n', value: 7 }];
  expect(said()).toEqual([]);
  expect(said({ patches: [first, {}, [{ op: 'replace', path: '/n', value: 2 }]] })).toEqual([]);
  expect(said({ patches: [[{ op: 'replace', path: '/n', value: 2 }], first] })).toEqual([
    '1: The changes of a state do not lead to how it is said to end.',
  ]);
});

test('what cannot be replayed is said once, at the span that owns the store', () => {
  expect(said({ patches: [] })).toEqual(['1: A state changed, and no change is recorded.']);
  expect(said({ patches: ['no json'] })).toEqual(['1: A state or a change of it is no JSON.']);
  expect(said({ patches: [[{ op: 'remove', path: '/gone' }]] })).toEqual([
    '1: A change of a state cannot be replayed: a path leads to nothing.',
  ]);
  expect(said({ owner: { 'junjo.store.transition.count': 2 } })).toEqual([
    '1: Changes of a state are missing: there are fewer than its span says.',
  ]);
});

test('changes that say all of the state anew are told by the last of them', () => {
  const whole = (value: unknown) => [{ op: 'replace', path: '', value }];
  expect(said({ patches: [whole({ n: 7 }), whole({ n: 2 })] })).toEqual([]);
  expect(said({ end: '{ "n": 2 }', patches: [whole({ n: 7 }), whole({ n: 2 })] })).toEqual([]);
  expect(said({ patches: [whole({ n: 2 }), whole({ n: 7 })] })).toEqual([
    '1: The changes of a state do not lead to how it is said to end.',
  ]);
  const failing = [...whole({ n: { m: 7 } }), { op: 'remove', path: '/gone' }];
  expect(said({ patches: [failing, whole({ n: 2 })] })).toEqual([
    '1: A change of a state cannot be replayed: a path leads to nothing.',
  ]);
});

test('what a recorder dropped or redacted is not missed', () => {
  expect(said({ patches: [], isPartial: true })).toEqual([]);
  expect(said({ patches: [], owner: { 'junjo.workflow.state.start.mode': 'redacted' } })).toEqual([]);
  expect(said({ patches: [], owner: { 'junjo.store.reconstructable': false } })).toEqual([]);
});

test('a state that is nested too deep to be compared is believed', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(said({ end: deep, patches: [`[{"op":"replace","path":"","value":${deep}}]`] })).toEqual([]);
});

test('a graph of either version has nodes with ids, and edges between them', () => {
  const first = { v: 1, nodes: [{ id: 'a' }, { id: 'b' }], edges: [{ source: 'a', target: 'b' }] };
  const second = {
    v: 2,
    nodes: [{ nodeRuntimeId: 'a' }, { nodeRuntimeId: 'b' }],
    edges: [{ tailNodeRuntimeId: 'a', headNodeRuntimeId: 'b' }],
  };
  expect([said({ graph: JSON.stringify(first) }), said({ graph: JSON.stringify(second) })]).toEqual([[], []]);
  const lost = { ...second, edges: [{ tailNodeRuntimeId: 'a', headNodeRuntimeId: 'c' }] };
  expect(said({ graph: JSON.stringify(lost) })).toEqual([
    '1: An edge of a graph leads to a node that is not there.',
  ]);
  const twice = { ...first, nodes: [{ id: 'a' }, { id: 'a' }] };
  expect(said({ graph: JSON.stringify(twice) })).toEqual(['1: Nodes of a graph have the same id.']);
  expect(said({ graph: '{' })).toEqual(['1: A graph is no JSON.']);
});

test('patches are those of RFC 6902', () => {
  const document = () => ({ a: [1, 2], b: { c: null } });
  const apply = (...patch: unknown[]) => applyPatch(document(), patch);
  expect(apply({ op: 'add', path: '/a/-', value: 3 })).toEqual({ a: [1, 2, 3], b: { c: null } });
  expect(apply({ op: 'add', path: '/a/0', value: 0 })).toEqual({ a: [0, 1, 2], b: { c: null } });
  expect(apply({ op: 'move', from: '/b/c', path: '/a/1' })).toEqual({ a: [1, null, 2], b: {} });
  expect(apply({ op: 'copy', from: '/a', path: '/b/__proto__' })).toEqual({
    a: [1, 2],
    b: JSON.parse('{"c":null,"__proto__":[1,2]}'),
  });
  for (const path of ['/a/2', '/a/01', '/x/y', 'a'])
    expect(() => apply({ op: 'replace', path, value: 1 })).toThrow(PatchError);
});
