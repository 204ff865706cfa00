/** MessageChannelMain. A cable has two ends; each is held by main, by a page's isolated world or by a utility process. */
import { EventEmitter } from 'node:events';

export type Side = 0 | 1;
interface End {
  deliver(data: unknown): void;
  close(): void;
}

export class Cable {
  private closed = false;
  private readonly ends: [End | undefined, End | undefined] = [undefined, undefined];
  private readonly queues: [unknown[], unknown[]] = [[], []];

  send(from: Side, data: unknown): void {
    const to: Side = from === 0 ? 1 : 0;
    const end = this.ends[to];
    if (end) end.deliver(data);
    else this.queues[to].push(data);
  }
  attach(side: Side, end: End): void {
    this.ends[side] = end;
    for (const data of this.queues[side].splice(0)) end.deliver(data);
    if (this.closed) end.close();
  }
  detach(side: Side, unread: unknown[]): void {
    this.ends[side] = undefined;
    this.queues[side].unshift(...unread);
  }
  close(from: Side): void {
    if (this.closed) return;
    this.closed = true;
    this.ends[from === 0 ? 1 : 0]?.close();
  }
}

export class MessagePortMain extends EventEmitter {
  private readonly unread: unknown[] = [];
  private started = false;
  private given = false;

  constructor(
    private readonly cable: Cable,
    private readonly side: Side,
  ) {
    super();
    cable.attach(side, {
      deliver: (data) => {
        if (this.started) this.emit('message', { data, ports: [] });
        else this.unread.push(data);
      },
      close: () => this.emit('close'),
    });
  }
  start(): void {
    if (this.started) return;
    this.started = true;
    for (const data of this.unread.splice(0)) setImmediate(() => this.emit('message', { data, ports: [] }));
  }
  close(): void {
    this.cable.close(this.side);
  }
  postMessage(message: unknown, transfer: MessagePortMain[] = []): void {
    if (this.given) return;
    if (transfer.length > 0)
      throw new Error('ElectronDouble: ports inside port messages are not implemented');
    const data: unknown = structuredClone(message);
    setImmediate(() => this.cable.send(this.side, data));
  }
  /** Gives this end away: main's object goes dead, what was not read is handed over. */
  give(): { cable: Cable; side: Side } {
    if (this.given) throw new Error('Port at index 0 is already neutered');
    this.given = true;
    this.cable.detach(this.side, this.unread.splice(0));
    return { cable: this.cable, side: this.side };
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    const cable = new Cable();
    this.port1 = new MessagePortMain(cable, 0);
    this.port2 = new MessagePortMain(cable, 1);
  }
}

interface Held {
  readonly cable: Cable;
  readonly side: Side;
}

/** The ends that live across a wire (page or utility process), by id. */
export class RemotePorts {
  private lastId = 0;
  private readonly held = new Map<string, Held>();

  constructor(private readonly wire: { data(id: string, data: unknown): void; closed(id: string): void }) {}

  /** Takes ports out of main; `connect` starts the flow once the far side knows their ids. */
  take(ports: readonly MessagePortMain[]): { ids: string[]; connect(): void } {
    const taken = ports.map((port) => {
      this.lastId += 1;
      const id = `p${this.lastId}`;
      const end = port.give();
      this.held.set(id, end);
      return { id, ...end };
    });
    const connect = () => {
      for (const { id, cable, side } of taken)
        cable.attach(side, {
          deliver: (data) => this.wire.data(id, data),
          close: () => this.wire.closed(id),
        });
    };
    return { ids: taken.map((port) => port.id), connect };
  }
  receive(id: string, data: unknown): void {
    const port = this.held.get(id);
    port?.cable.send(port.side, data);
  }
  close(id: string): void {
    const port = this.held.get(id);
    port?.cable.close(port.side);
    this.held.delete(id);
  }
  closeAll(): void {
    for (const id of [...this.held.keys()]) this.close(id);
  }
}
