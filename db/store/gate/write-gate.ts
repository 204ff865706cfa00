import { setMaxListeners } from 'node:events';
import { joinSignals } from '../../runtime';
import { GateFigures } from './figures';
import { endsStream, findLoneStatement, type PipelineRequest, readPipeline } from './hrana';
import { failEach } from './replies';
import { Transactions } from './transactions';
import { Turnstile } from './turnstile';
import type { Upstream, UpstreamReply } from './upstream';
import { busy } from './waiting-line';
import { WriteLine } from './write-line';

export interface GateOptions {
  readonly upstream: Upstream;
  /** Reads in the database at one time; sqld refuses more than 128 requests. */
  readonly poolSize?: number;
  readonly maxWaiting?: number;
  readonly maxWaitingBytes?: number;
  readonly waitLimitMs?: number;
  /** How long an interactive transaction may hold the permit: below sqld's own five seconds. */
  readonly transactionLimitMs?: number;
  /** How long one write pipeline may take. */
  readonly writeLimitMs?: number;
  /** After each commit that wrote something. */
  readonly onCommit?: (rows: number) => void;
  /** Somebody came, waits or left. */
  readonly onActivity?: () => void;
  readonly onSql?: (sql: string) => void;
  /** Throws for statements that the store does not take now, before they wait. */
  readonly admit?: (sql: readonly string[]) => void;
}

export interface GateCall {
  readonly request: PipelineRequest;
  /** The request as the client wrote it. */
  readonly body: string;
  readonly authorization: string | undefined;
  /** Who asks: clients take turns. */
  readonly client: string;
  /** The client hung up. */
  readonly signal?: AbortSignal;
}

/** sqld is not a multi-writer engine (with 32 writers it hangs): here writes take turns, those that can share a commit, and reads go past. */
export class WriteGate implements AsyncDisposable {
  readonly figures = new GateFigures();
  private readonly writes: WriteLine;
  private readonly reads: Turnstile;
  private readonly transactions: Transactions;
  private readonly closing = new AbortController();

  constructor(private readonly options: GateOptions) {
    const { upstream, maxWaiting = 4_096, maxWaitingBytes = 256 * 1024 * 1024 } = options;
    // Each read listens while it runs.
    setMaxListeners(0, this.closing.signal);
    const limits = { maxWaiting, maxWaitingBytes, waitLimitMs: options.waitLimitMs ?? 20_000 };
    const onActivity = () => options.onActivity?.();
    const limitMs = options.transactionLimitMs ?? 4_000;
    this.transactions = new Transactions({ upstream, limitMs, onActivity });
    this.reads = new Turnstile(options.poolSize ?? 32, limits);
    this.writes = new WriteLine({
      upstream,
      transactions: this.transactions,
      figures: this.figures,
      limits,
      writeLimitMs: options.writeLimitMs ?? 60_000,
      onCommit: (rows) => options.onCommit?.(rows),
      onActivity,
    });
  }

  get waiting(): number {
    return this.writes.waiting;
  }

  /** Answers one Hrana pipeline. */
  async pipeline(call: GateCall): Promise<UpstreamReply> {
    const { request } = call;
    const baton = request.baton ?? '';
    if (this.transactions.isExpired(baton)) return this.answerExpired(baton, request);
    const { kind, sql } = readPipeline(request);
    if (this.options.onSql) for (const text of sql) this.options.onSql(text);
    if (kind === 'write') this.options.admit?.(sql);
    const open = this.transactions.find(baton);
    if (open) return this.writes.goOn(open, call);
    if (kind === 'write') return this.writes.write(call, findLoneStatement(request));
    return this.read(call);
  }

  /** Runs while nobody writes through the gate; goes before those who wait. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    return this.writes.inTurn(act);
  }

  /** The database lost its streams (it crashed): whoever held the permit has it no more. */
  forgetTransactions(): void {
    this.transactions.forgetAll();
    this.writes.forgetStreams();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reason = busy('The store is stopping', 1_000);
    this.closing.abort(reason);
    this.writes.close(reason);
    this.reads.close(reason);
    await this.transactions[Symbol.asyncDispose]();
    await this.writes[Symbol.asyncDispose]();
  }

  private async read(call: GateCall): Promise<UpstreamReply> {
    const leave = await this.reads.enter({ client: call.client, bytes: call.body.length }, call.signal);
    try {
      using until = joinSignals(call.signal ? [call.signal, this.closing.signal] : [this.closing.signal]);
      return await this.options.upstream.pipeline({
        body: call.body,
        authorization: call.authorization,
        signal: until.signal,
      });
    } finally {
      leave();
    }
  }

  /** The stream stays expired until its client closes it: what still comes must not run outside the transaction. */
  private answerExpired(baton: string, request: PipelineRequest): UpstreamReply {
    const isLast = endsStream(request);
    if (isLast) this.transactions.forgetExpired(baton);
    const what = 'The transaction was open for too long, or the store was restarted, and it was rolled back';
    return failEach(request, busy(what, 0), isLast ? null : baton);
  }
}
