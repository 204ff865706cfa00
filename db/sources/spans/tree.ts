import type { SpanRole } from './call';

/** What is kept of a span until its trace is put together. Times in milliseconds, NaN where unknown. */
export interface TreeSpan {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly role: SpanRole;
  readonly hasUsage: boolean;
}

export interface TraceTree {
  /** All places by start, the unknown last, ties as they came. */
  readonly order: readonly number[];
  /** Place of each span's parent in the list; -1: it stands at the top. */
  readonly parents: Int32Array;
  /** In order of start. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly roots: readonly number[];
  /** All places, each behind its parent. */
  readonly topDown: readonly number[];
  /** At the top because what they name as parent is not here. */
  readonly orphans: readonly number[];
  /** At the top because going up from them came back to them. */
  readonly cyclic: readonly number[];
}

/** Puts spans together whatever they say: a missing parent makes a top, a cycle is opened at its earliest span. */
export function treeOf(spans: readonly TreeSpan[]): TraceTree {
  const places = new Map<string, number>();
  spans.forEach(({ spanId }, place) => {
    places.set(spanId, place);
  });
  const parents = new Int32Array(spans.length).fill(-1);
  const orphans: number[] = [];
  spans.forEach(({ parentSpanId }, place) => {
    if (parentSpanId === null) return;
    const parent = places.get(parentSpanId);
    if (parent === undefined) orphans.push(place);
    else parents[place] = parent;
  });
  const cyclic = openCycles(spans, parents);
  const children = new Map<number, number[]>();
  const roots: number[] = [];
  const order = inOrder(spans);
  for (const place of order) {
    const parent = parents[place] ?? -1;
    if (parent === -1) roots.push(place);
    else {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [place]);
      else siblings.push(place);
    }
  }
  return { order, parents, children, roots, topDown: topDownOf(roots, children), orphans, cyclic };
}

function topDownOf(roots: readonly number[], children: TraceTree['children']): number[] {
  const order = [...roots];
  for (let at = 0; at < order.length; at += 1) {
    const place = order[at];
    if (place !== undefined) for (const child of children.get(place) ?? NONE) order.push(child);
  }
  return order;
}

const NONE: readonly number[] = [];

function openCycles(spans: readonly TreeSpan[], parents: Int32Array): number[] {
  const opened: number[] = [];
  /** 0: not looked at; n: on the way up of walk n; -1: leads to a top. */
  const marks = new Int32Array(spans.length);
  for (let start = 0; start < spans.length; start += 1) {
    const way: number[] = [];
    let at = start;
    while (at !== -1 && marks[at] === 0) {
      marks[at] = start + 1;
      way.push(at);
      at = parents[at] ?? -1;
    }
    if (at !== -1 && marks[at] === start + 1) {
      const circle = way.slice(way.indexOf(at));
      const top = circle.reduce((best, place) => (isBefore(spans, place, best) ? place : best));
      parents[top] = -1;
      opened.push(top);
    }
    for (const place of way) marks[place] = -1;
  }
  return opened;
}

function inOrder(spans: readonly TreeSpan[]): number[] {
  return spans.map((_, place) => place).sort((a, b) => compare(spans, a, b));
}

function compare(spans: readonly TreeSpan[], a: number, b: number): number {
  const first = spans[a]?.startMs ?? Number.NaN;
  const second = spans[b]?.startMs ?? Number.NaN;
  if (Number.isNaN(first) || Number.isNaN(second))
    return Number(Number.isNaN(first)) - Number(Number.isNaN(second)) || a - b;
  return first - second || a - b;
}

function isBefore(spans: readonly TreeSpan[], a: number, b: number): boolean {
  return compare(spans, a, b) < 0;
}

/**
 * The spans that count as LM calls: nobody is counted twice. What repeats the usage of something below it does not count; neither does a
 * call without usage beside one, above or below, that says it.
 */
export function countedCalls(spans: readonly TreeSpan[], tree: TraceTree): ReadonlySet<number> {
  if (!spans.some(({ role }) => role === 'call' || role === 'wrapper')) return new Set();
  const below = new Int8Array(spans.length);
  for (let at = tree.topDown.length - 1; at >= 0; at -= 1) {
    const place = tree.topDown[at] ?? -1;
    const own = spans[place];
    const found = below[place] ?? 0;
    const worth =
      own?.role === 'call' ? (own.hasUsage ? 2 : 1) : own?.role === 'wrapper' ? (found < 2 ? 2 : 0) : 0;
    const parent = tree.parents[place] ?? -1;
    if (parent !== -1) below[parent] = Math.max(below[parent] ?? 0, found, worth);
  }
  const counted = new Set<number>();
  /** A call above this one stands for what is below it. */
  const covered = new Uint8Array(spans.length);
  for (const place of tree.topDown) {
    const span = spans[place];
    const parent = tree.parents[place] ?? -1;
    const isCovered =
      parent !== -1 && (covered[parent] === 1 || (counted.has(parent) && spans[parent]?.role === 'call'));
    if (isCovered) covered[place] = 1;
    const most = below[place] ?? 0;
    const isCall = span?.role === 'call' && !isCovered && most < (span.hasUsage ? 2 : 1);
    const isLoneWrapper = span?.role === 'wrapper' && !isCovered && most < 2;
    if (isCall || isLoneWrapper) counted.add(place);
  }
  return counted;
}

export interface TraceStep {
  /** Spans that stand at the step's top; the first names it. */
  readonly tops: readonly number[];
}

export interface TraceSteps {
  readonly steps: readonly TraceStep[];
  /** Place of each span → place of its step; -1: above the steps. */
  readonly stepOf: Int32Array;
}

/**
 * A trace's steps: what the first span with several children (or the last of a single line) has below it, in order of time. Where an LM
 * call is such a child, the tools that follow it belong to its step, as in an agent's turn.
 */
export function stepsOf(spans: readonly TreeSpan[], tree: TraceTree): TraceSteps {
  let tops: readonly number[] = tree.roots;
  for (let [only] = tops; tops.length === 1 && only !== undefined; [only] = tops) {
    const below = tree.children.get(only);
    if (below === undefined) break;
    tops = below;
  }
  const steps: { tops: number[] }[] = [];
  let isInCall = false;
  for (const top of tops) {
    const role = spans[top]?.role;
    const last = steps.at(-1);
    if (role === 'tool' && isInCall && last !== undefined) last.tops.push(top);
    else {
      steps.push({ tops: [top] });
      isInCall = role === 'call';
    }
  }
  const stepOf = new Int32Array(spans.length).fill(-1);
  steps.forEach((step, index) => {
    for (const top of step.tops) stepOf[top] = index;
  });
  for (const place of tree.topDown) {
    const parent = tree.parents[place] ?? -1;
    if (stepOf[place] === -1 && parent !== -1) stepOf[place] = stepOf[parent] ?? -1;
  }
  return { steps, stepOf };
}
