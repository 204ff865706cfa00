/** A DevTools client over --remote-debugging-pipe: no port, and it ends with the browser. Types are Playwright's own. */
import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from '../../../node_modules/playwright-core/types/protocol';

type Method = keyof Protocol.CommandParameters;
type Params<M extends Method> = Protocol.CommandParameters[M];
type Answer<M extends Method> = Protocol.CommandReturnValues[M];
type EventName = keyof Protocol.Events;
export type CdpEvent<E extends EventName> = Protocol.Events[E];

interface Pending {
  readonly method: string;
  resolve(value: never): void;
  reject(error: Error): void;
}
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: unknown;
  readonly result?: never;
  readonly error?: { readonly message: string };
}

/** One target's channel. */
export interface Session {
  readonly id: string;
  send<M extends Method>(method: M, params?: Params<M>): Promise<Answer<M>>;
  on<E extends EventName>(event: E, listener: (payload: CdpEvent<E>) => void): void;
}

export class Cdp {
  closed = false;
  private lastId = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly events = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly output: Writable,
    input: Readable,
  ) {
    let rest: Buffer[] = [];
    input.on('data', (data: Buffer) => {
      let start = 0;
      for (let end = data.indexOf(0); end >= 0; end = data.indexOf(0, start)) {
        rest.push(data.subarray(start, end));
        this.receive(Buffer.concat(rest).toString('utf8'));
        rest = [];
        start = end + 1;
      }
      if (start < data.length) rest.push(data.subarray(start));
    });
    const end = () => this.end();
    input.on('end', end).on('error', end).on('close', end);
    output.on('error', end);
  }

  send<M extends Method>(method: M, params?: Params<M>, sessionId?: string): Promise<Answer<M>> {
    if (this.closed) return Promise.reject(new Error(`${method}: browser closed`));
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<Answer<M>>((resolve, reject) => {
      this.pending.set(id, { method, resolve, reject });
      this.output.write(`${JSON.stringify({ id, method, params: params ?? {}, sessionId })}\0`);
    });
  }

  on<E extends EventName>(event: E, listener: (payload: CdpEvent<E>) => void, sessionId = ''): void {
    this.events.on(`${sessionId}:${event}`, listener);
  }

  onDisconnected(listener: () => void): void {
    this.events.on('disconnected', listener);
  }

  session(id: string): Session {
    return {
      id,
      send: (method, params) => this.send(method, params, id),
      on: (event, listener) => this.on(event, listener, id),
    };
  }

  private receive(text: string): void {
    const message: Message = JSON.parse(text);
    if (message.id === undefined) {
      this.events.emit(`${message.sessionId ?? ''}:${message.method ?? ''}`, message.params);
      return;
    }
    const waiting = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting?.resolve(message.result as never);
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    for (const waiting of this.pending.values())
      waiting.reject(new Error(`${waiting.method}: browser closed`));
    this.pending.clear();
    this.events.emit('disconnected');
  }
}
