import { parseJson, toJson } from '../documents';
import { isRecord, textOf } from './attributes';
import { applyPatch, isSameJson, PatchError } from './json-patch';
import type { Attributes, Span } from './span';
import type { TraceTree } from './tree';

/** A span that owns a store of Junjo's, shows a graph or sets a state, and its place in the tree. */
export interface StoreSpan {
  readonly place: number;
  readonly span: Span;
}

export type Say = (message: string, span: Span) => void;

/** States are compared whole; longer ones are believed. */
const LONGEST_STATE = 4_000_000;

const SET_STATE = 'set_state';
const STORE_ID = ['junjo.workflow.store.id', 'junjo.agent.store.id'] as const;
const START = ['junjo.workflow.state.start', 'junjo.agent.state.start'] as const;
const END = ['junjo.workflow.state.end', 'junjo.agent.state.end'] as const;
const MODES = [...START, ...END].map((name) => `${name}.mode`);
const GRAPH = ['junjo.workflow.graph_structure', 'junjo.workflow.execution_graph_snapshot'] as const;

/** What is to be kept of a span until its trace is put together. */
export function isOfStores({ attributes, events }: Span): boolean {
  if (events.some(({ name }) => name === SET_STATE)) return true;
  return textOf(attributes, ...STORE_ID) !== null || textOf(attributes, ...GRAPH) !== null;
}

interface Transition {
  readonly place: number;
  readonly span: Span;
  readonly timeNs: bigint | null;
  readonly attributes: Attributes;
}

/** Says what does not hold: a graph that contradicts itself, and stores whose patches do not lead from their first state to their last. */
export function checkStores(spans: readonly StoreSpan[], tree: TraceTree, say: Say): void {
  const transitions = transitionsOf(spans);
  const checked = new Set<string>();
  for (const { place, span } of spans) {
    const graph = textOf(span.attributes, ...GRAPH);
    if (graph !== null && graph !== '{}') sayOdd(graphOddity(graph), span, say);
    const store = textOf(span.attributes, ...STORE_ID);
    if (store === null || checked.has(store)) continue;
    checked.add(store);
    const own = inOrder(transitions.get(store) ?? []);
    const isCut = isPartial(span, own);
    sayOdd(storeOddity({ place, span, transitions: own, isCut, tree }), span, say);
  }
}

function sayOdd(oddity: string | undefined, span: Span, say: Say): void {
  if (oddity !== undefined) say(oddity, span);
}

function transitionsOf(spans: readonly StoreSpan[]): Map<string, Transition[]> {
  const found = new Map<string, Transition[]>();
  for (const { place, span } of spans) {
    for (const { name, timeNs, attributes } of span.events) {
      const store = name === SET_STATE ? textOf(attributes, 'junjo.store.id') : null;
      if (store === null) continue;
      const known = found.get(store) ?? [];
      known.push({ place, span, timeNs, attributes });
      found.set(store, known);
    }
  }
  return found;
}

/** By their numbers where they have some, else by time; as they came where neither tells. */
function inOrder(transitions: readonly Transition[]): Transition[] {
  const isNumbered = transitions.every((one) => sequenceOf(one) !== null);
  return transitions.toSorted((a, b) => {
    if (isNumbered) return (sequenceOf(a) ?? 0) - (sequenceOf(b) ?? 0);
    const [first, second] = [a.timeNs ?? 0n, b.timeNs ?? 0n];
    return first < second ? -1 : first > second ? 1 : 0;
  });
}

interface Store {
  readonly place: number;
  readonly span: Span;
  readonly transitions: readonly Transition[];
  /** Not all of it was recorded. */
  readonly isCut: boolean;
  readonly tree: TraceTree;
}

/** The first thing that does not hold: what follows from it is not said as well. */
function storeOddity(store: Store): string | undefined {
  return scopeOddity(store) ?? numbersOddity(store) ?? revisionsOddity(store) ?? replayOddity(store);
}

function scopeOddity({ place, span, transitions, tree }: Store): string | undefined {
  const names = transitions.map(({ attributes }) => textOf(attributes, 'junjo.store.name'));
  if (new Set(names.filter((name) => name !== null)).size > 1) return 'A store goes by several names.';
  const isAgents = textOf(span.attributes, 'junjo.agent.store.id') !== null;
  const isOutside = transitions.some(
    (one) => !isWithin(one.place, place, tree) || (isAgents && one.place !== place && !isJunjos(one.span)),
  );
  return isOutside ? 'A state was set outside of the run that owns it.' : undefined;
}

function isWithin(place: number, top: number, tree: TraceTree): boolean {
  let at = place;
  while (at !== top && at !== -1) at = tree.parents[at] ?? -1;
  return at === top;
}

/** An agent's store is set by the agent's own spans alone. */
function isJunjos({ attributes }: Span): boolean {
  return textOf(attributes, 'junjo.span_type', 'junjo.agent.operation_type') !== null;
}

function numbersOddity({ span, transitions, isCut }: Store): string | undefined {
  const wanted = numberIn(span.attributes, 'junjo.store.transition.count');
  const numbers = transitions.map(sequenceOf).filter((number) => number !== null);
  if (new Set(numbers).size < numbers.length) return 'Changes of a state have the same number.';
  if (isCut) return undefined;
  if (numbers.length === transitions.length && numbers.some((number, at) => number !== at + 1))
    return 'Changes of a state are missing: their numbers have a gap.';
  if (wanted !== null && transitions.length < wanted)
    return 'Changes of a state are missing: there are fewer than its span says.';
  return undefined;
}

function revisionsOddity({ span, transitions, isCut }: Store): string | undefined {
  if (isCut) return undefined;
  let revision = numberIn(span.attributes, 'junjo.store.revision.start');
  const end = numberIn(span.attributes, 'junjo.store.revision.end');
  for (const { attributes } of transitions) {
    const before = numberIn(attributes, 'junjo.store.revision.before');
    const after = numberIn(attributes, 'junjo.store.revision.after');
    if (before !== null && revision !== null && before !== revision)
      return 'Revisions of a state do not follow each other.';
    revision = after;
  }
  const isWrong = end !== null && revision !== null && end !== revision;
  return isWrong ? 'A state ends at another revision than its span says.' : undefined;
}

function replayOddity({ span, transitions, isCut }: Store): string | undefined {
  const { attributes } = span;
  const start = textOf(attributes, ...START);
  const end = textOf(attributes, ...END);
  if (start === null || end === null || isCut) return undefined;
  if (start.length > LONGEST_STATE || end.length > LONGEST_STATE) return undefined;
  if (transitions.length === 0)
    return start === end || isSameText(start, end)
      ? undefined
      : 'A state changed, and no change is recorded.';
  const patches = transitions.map((one) => textOf(one.attributes, PATCH) ?? '');
  try {
    let state = parseJson(start);
    if (patches.at(-1) === `${WHOLE}${end}}]` && patches.every(isWhole)) return undefined;
    for (const patch of patches) state = applyPatch(state, parseJson(patch));
    // As text first: nothing needs to be taken apart when it is said the same way, as it mostly is.
    return toJson(state) === end || isSameJson(state, parseJson(end))
      ? undefined
      : 'The changes of a state do not lead to how it is said to end.';
  } catch (error) {
    if (error instanceof PatchError) return `A change of a state cannot be replayed: ${error.message}.`;
    if (error instanceof SyntaxError) return 'A state or a change of it is no JSON.';
    // Nested deeper than anything that compares it can go.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const PATCH = 'junjo.state_json_patch';
const PATCH_MODE = `${PATCH}.mode`;

/** How a change begins that says all of the state, as those of Junjo's agents do. Nothing that it stands on can fail. */
const WHOLE = '[{"op":"replace","path":"","value":';

/** By its text: a state that the next change replaces is not taken apart. */
function isWhole(patch: string): boolean {
  return patch.startsWith(WHOLE) && patch.endsWith('}]') && !patch.includes('},{"op":');
}

function isSameText(a: string, b: string): boolean {
  try {
    return isSameJson(parseJson(a), parseJson(b));
  } catch {
    return false;
  }
}

/** Not all was recorded, and the recorder says so: cut off, redacted, dropped, or still running. */
function isPartial(span: Span, transitions: readonly Transition[]): boolean {
  const { attributes } = span;
  if (span.endNs === null || attributes['junjo.store.reconstructable'] === false) return true;
  const hasDropped = span.isPartial === true || transitions.some((one) => one.span.isPartial === true);
  const modes = [
    ...MODES.map((name) => textOf(attributes, name)),
    ...transitions.map((one) => textOf(one.attributes, PATCH_MODE)),
  ];
  return hasDropped || modes.some((mode) => mode !== null && mode !== 'full');
}

function sequenceOf({ attributes }: Transition): number | null {
  return numberIn(attributes, 'junjo.store.transition.sequence');
}

function numberIn(attributes: Attributes, name: string): number | null {
  const value = attributes[name];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** Nodes have ids of their own, and edges lead from node to node; both versions. */
function graphOddity(text: string): string | undefined {
  let graph: unknown;
  try {
    graph = parseJson(text);
  } catch {
    return 'A graph is no JSON.';
  }
  if (!isRecord(graph) || !Array.isArray(graph.nodes) || !Array.isArray(graph.edges))
    return 'A graph lacks its nodes or edges.';
  const nodes = graph.nodes.map((node: unknown) => (isRecord(node) ? (node.nodeRuntimeId ?? node.id) : null));
  if (nodes.some((id) => typeof id !== 'string' || id === '')) return 'A node of a graph has no id.';
  const known = new Set<unknown>(nodes);
  if (known.size < nodes.length) return 'Nodes of a graph have the same id.';
  const isLost = graph.edges.some(
    (edge: unknown) =>
      !isRecord(edge) ||
      !known.has(edge.tailNodeRuntimeId ?? edge.source) ||
      !known.has(edge.headNodeRuntimeId ?? edge.target),
  );
  return isLost ? 'An edge of a graph leads to a node that is not there.' : undefined;
}
