import { amountOf, anthropicUsage, countOf, isJson, type Json, jsonOf, type Usage } from '../agent-session';

/** What one model took; `model` null: all of them together. */
export interface ModelTotal {
  readonly model: string | null;
  readonly usage: Usage;
  readonly costUsd: number | null;
}

/** What is known of the tokens of one call since the last `result`. */
export interface CallTokens {
  model: string | null;
  usage: Usage | undefined;
  /** Where it is printed while the answer streams, a line's output is what had come by then. */
  isOutputFinal: boolean;
  isWritten: boolean;
  /** A `result` has said what it and the others took. */
  isSettled: boolean;
  readonly isCountedElsewhere: boolean;
  /** False: what it cost is part of a figure that stands elsewhere. */
  hasOwnCost: boolean;
  costUsd: number | null;
}

const counts = [
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
] as const;

/**
 * The figures of the `result` lines that `claude -p` prints. `modelUsage` and `total_cost_usd` run on for as long as its process lives: what a
 * result adds is the difference, and all of it where another process has begun. `usage` is of one result, without side calls: it stands in
 * where an older version says no more.
 */
export class PrintedTotals {
  private before = new Map<string, ModelTotal>();

  of(result: Json, calls: readonly CallTokens[]): readonly ModelTotal[] {
    const now = totalsIn(result);
    const grown = now.map((total) => difference(total, this.before.get(total.model ?? '')));
    this.before = new Map(now.map((total) => [total.model ?? '', total]));
    const isGoingOn = grown.every(
      (total) => total !== undefined && isAtLeast(total.usage, inputOf(callsOf(total, now, calls))),
    );
    return isGoingOn ? grown.filter((total) => total !== undefined) : now;
  }
}

/**
 * Says of each call what the totals tell of it, and gives back what remains of them: the output of several calls is known only together. A
 * single call, and calls that add up, have their own.
 */
export function settle(totals: readonly ModelTotal[], calls: readonly CallTokens[]): readonly ModelTotal[] {
  for (const call of totals.length === 0 ? [] : calls) {
    call.isSettled = true;
    // Its model is not named as the totals name it: it is among them all the same.
    if (!call.isWritten && totalOf(call, totals) === undefined) call.usage = undefined;
  }
  return totals.flatMap((total) => {
    const mine = callsOf(total, totals, calls);
    tellOutput(total.usage, mine);
    const rest = remainder(total, mine);
    const [only] = mine;
    if (rest === undefined && mine.length === 1 && only?.isWritten === false) {
      only.costUsd = total.costUsd;
      return [];
    }
    if (total.costUsd !== null) for (const call of mine) call.hasOwnCost = false;
    if (rest === undefined && total.costUsd === null) return [];
    const models = new Set(mine.map(({ model }) => model));
    return [
      {
        ...total,
        model: total.model ?? (models.size === 1 ? (only?.model ?? null) : null),
        usage: rest ?? noUsage,
      },
    ];
  });
}

function tellOutput(total: Usage, calls: readonly CallTokens[]): void {
  const open = calls.filter(({ isOutputFinal }) => !isOutputFinal);
  if (open.some(({ isWritten, usage }) => isWritten || usage === undefined)) return;
  const [only] = open;
  if (sum(calls, 'output_tokens') === total.output_tokens) for (const call of open) call.isOutputFinal = true;
  else if (only?.usage !== undefined && open.length === 1 && isEqual(inputOf(calls), total)) {
    const others = sum(
      calls.filter((call) => call !== only),
      'output_tokens',
    );
    const output = total.output_tokens === null ? null : total.output_tokens - others;
    if (output === null || output < (only.usage.output_tokens ?? 0n)) return;
    only.usage = withOutput(only.usage, output);
    only.isOutputFinal = true;
  }
}

/** Undefined: the calls say all of it. */
function remainder(total: ModelTotal, calls: readonly CallTokens[]): Usage | undefined {
  const counted = calls.flatMap(({ usage, isOutputFinal }) =>
    usage === undefined ? [] : [isOutputFinal ? usage : withOutput(usage, null)],
  );
  const rest = { ...noUsage };
  for (const name of counts) {
    const all = total.usage[name];
    const said = counted.reduce((sum, usage) => sum + (usage[name] ?? 0n), 0n);
    rest[name] = all === null ? null : max(all - said, 0n);
  }
  const parts = [rest.input_tokens, rest.output_tokens, rest.cache_read_tokens, rest.cache_write_tokens];
  if (parts.every((part) => part === null || part === 0n)) return undefined;
  return { ...rest, total_tokens: parts.reduce((sum: bigint, part) => sum + (part ?? 0n), 0n) };
}

export function withOutput(usage: Usage, output: bigint | null): Usage {
  const { input_tokens, cache_read_tokens, cache_write_tokens } = usage;
  const total =
    output === null
      ? null
      : (input_tokens ?? 0n) + output + (cache_read_tokens ?? 0n) + (cache_write_tokens ?? 0n);
  return { ...usage, output_tokens: output, total_tokens: total };
}

type Counts = { -readonly [name in keyof Usage]: Usage[name] };

const noUsage: Counts = {
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  cache_read_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
};

function totalsIn(result: Json): readonly ModelTotal[] {
  const models = Object.entries(jsonOf(result.modelUsage)).flatMap(([name, value]) => {
    const said = jsonOf(value);
    const usage = anthropicUsage({
      input_tokens: said.inputTokens,
      output_tokens: said.outputTokens,
      cache_read_input_tokens: said.cacheReadInputTokens,
      cache_creation_input_tokens: said.cacheCreationInputTokens,
    });
    // The size of its window may stand behind its name.
    const model = name.replace(/\[\w+\]$/, '');
    return usage === undefined ? [] : [{ model, usage, costUsd: dollars(said.costUSD) }];
  });
  if (models.length > 0) return models;
  const usage = anthropicUsage(result.usage);
  const costUsd = dollars(result.total_cost_usd ?? result.cost_usd);
  return usage === undefined ? [] : [{ model: null, usage, costUsd }];
}

/** Nothing for tokens is a model without a price. */
function dollars(value: unknown): number | null {
  return amountOf(value) || null;
}

/** Undefined: it has shrunk. */
function difference(now: ModelTotal, before: ModelTotal | undefined): ModelTotal | undefined {
  if (before === undefined) return now;
  const usage = { ...now.usage } as Counts;
  // Of all together, only the cost runs on.
  if (now.model !== null)
    for (const name of counts) {
      const count = now.usage[name];
      const past = before.usage[name] ?? 0n;
      if (count !== null && count < past) return undefined;
      usage[name] = count === null ? null : count - past;
    }
  const costUsd = now.costUsd === null ? null : now.costUsd - (before.costUsd ?? 0);
  return costUsd !== null && costUsd < 0 ? undefined : { ...now, usage, costUsd };
}

/** The total that a call is part of. Providers put words around a model's name. */
function totalOf(call: CallTokens, totals: readonly ModelTotal[]): ModelTotal | undefined {
  const { model } = call;
  return (
    totals.find((total) => total.model === model || total.model === null) ??
    totals.find((total) => model !== null && total.model?.includes(model))
  );
}

function callsOf(
  { model }: ModelTotal,
  totals: readonly ModelTotal[],
  calls: readonly CallTokens[],
): readonly CallTokens[] {
  return calls.filter((call) => {
    const total = totalOf(call, totals);
    return total !== undefined && total.model === model;
  });
}

function inputOf(calls: readonly CallTokens[]): Usage {
  return {
    ...noUsage,
    input_tokens: sum(calls, 'input_tokens'),
    cache_read_tokens: sum(calls, 'cache_read_tokens'),
    cache_write_tokens: sum(calls, 'cache_write_tokens'),
  };
}

function sum(calls: readonly CallTokens[], name: keyof Usage): bigint {
  return calls.reduce((total, { usage }) => total + (usage?.[name] ?? 0n), 0n);
}

function isAtLeast(usage: Usage, least: Usage): boolean {
  return inputs.every((name) => (usage[name] ?? 0n) >= (least[name] ?? 0n));
}

function isEqual(usage: Usage, other: Usage): boolean {
  return inputs.every((name) => (usage[name] ?? 0n) === (other[name] ?? 0n));
}

const inputs = ['input_tokens', 'cache_read_tokens', 'cache_write_tokens'] as const;

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** The final output of an answer, as an event of its stream says it; undefined: the event says none. */
export function streamedOutput(event: Json): bigint | undefined {
  if (event.type !== 'message_delta' || !isJson(event.usage)) return undefined;
  return countOf(event.usage.output_tokens) ?? undefined;
}
