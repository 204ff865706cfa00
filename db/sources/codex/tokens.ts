import { amountOf, isJson, type Json, jsonOf, openAiUsage, textOf } from '../agent-session';
import { toJson } from '../documents';
import type { TokenCount, TurnTokens } from './calls';
import { responseOf, totalOf } from './counted';
import { isUpTo } from './thread-totals';

/** What an answer took, before it is known whether it was counted elsewhere. */
export interface AnswerTokens extends Omit<TokenCount, 'countedIn'> {
  /** By which copies of it are told; null: nothing names it. */
  readonly name: string | null;
}

/** What each answer took, from the two ways in which rollouts tell it: running totals, and, in newer ones beside them, a record for each answer. */
export class RolloutTokens {
  private totals: string | null = null;
  /** What all answers took that were told so far. */
  private sum: Json | undefined;
  private hasRecords = false;
  private readonly responses = new Set<string>();
  /** What the last total told of an answer: a record may tell it again. */
  private lastTold: string | null = null;

  /** The running total that was reached; undefined: none yet. */
  get reached(): Json | undefined {
    return this.sum;
  }

  /**
   * `total_token_usage` runs on over the whole session: what one answer took is `last_token_usage`, or the difference where that is missing. The
   * same total again is no answer but news of limits. Undefined: it tells of no answer that was not told.
   */
  ofCount(payload: Json): AnswerTokens | undefined {
    const info = jsonOf(payload.info);
    const total = totalOf({ payload });
    const before = this.totals;
    if (total !== null) {
      if (total === before) return undefined;
      this.totals = total;
      if (!this.hasRecords) this.sum = jsonOf(info.total_token_usage);
    }
    const raw = isJson(info.last_token_usage)
      ? info.last_token_usage
      : difference(info.total_token_usage, before);
    // Where each answer has its record, that one counts.
    const tokens = this.hasRecords ? undefined : tokensOf(raw);
    if (tokens === undefined) return undefined;
    this.lastTold = told(tokens);
    const model = textOf(info.model) ?? textOf(info.model_name) ?? textOf(payload.model);
    return { ...tokens, model, name: total };
  }

  /** What a turn of `codex exec` took: its figures run on, and begin anew where they are smaller than before. `others`: what other files counted. */
  ofTurn(total: Json, others: Json | undefined): TurnTokens | undefined {
    const before = others !== undefined && isUpTo(this.sum ?? {}, others) ? toJson(others) : this.totals;
    this.totals = toJson(total);
    this.sum = total;
    const hasShrunk = Object.entries(before === null ? {} : jsonOf(JSON.parse(before))).some(
      ([name, past]) => Number(total[name] ?? 0) < Number(past),
    );
    const tokens = tokensOf(hasShrunk ? total : difference(total, before));
    return tokens && { usage: tokens.usage, isThreadSoFar: before === null };
  }

  ofRecord(payload: Json): AnswerTokens | undefined {
    const isFirst = !this.hasRecords;
    this.hasRecords = true;
    const name = responseOf(payload);
    if (name !== null && this.responses.has(name)) return undefined;
    if (name !== null) this.responses.add(name);
    const tokens = tokensOf(payload.usage);
    if (tokens === undefined || (isFirst && told(tokens) === this.lastTold)) return undefined;
    this.sum = sumOfBoth(this.sum ?? {}, jsonOf(payload.usage));
    return { ...tokens, model: textOf(payload.model), name };
  }
}

function tokensOf(raw: unknown): Pick<TokenCount, 'usage' | 'raw'> | undefined {
  const usage = openAiUsage(raw);
  return usage === undefined || (usage.input_tokens === 0n && usage.output_tokens === 0n)
    ? undefined
    : { usage, raw };
}

function told({ usage }: Pick<TokenCount, 'usage'>): string {
  return `${usage.input_tokens} ${usage.output_tokens} ${usage.cache_read_tokens}`;
}

function sumOfBoth(total: Json, usage: Json): Json {
  const sums = Object.entries(usage).map(([name, value]) => [
    name,
    typeof value === 'number' ? (amountOf(total[name]) ?? 0) + value : value,
  ]);
  return { ...total, ...Object.fromEntries(sums) };
}

/** What a running total grew by. */
function difference(total: unknown, before: string | null): unknown {
  if (!isJson(total)) return undefined;
  const old = before === null ? {} : jsonOf(JSON.parse(before));
  return Object.fromEntries(
    Object.entries(total).map(([name, value]) => {
      const past = old[name];
      return [
        name,
        typeof value === 'number' && typeof past === 'number' ? Math.max(0, value - past) : value,
      ];
    }),
  );
}
