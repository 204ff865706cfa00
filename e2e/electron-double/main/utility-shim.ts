/** Loaded with `-r` into the forked Node: gives it `process.parentPort`. */
import { EventEmitter } from 'node:events';

type FromParent =
  | { kind: 'message'; data: unknown; ports: string[] }
  | { kind: 'port'; id: string; data: unknown }
  | { kind: 'port-closed'; id: string };

function tell(message: object): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

class Port extends EventEmitter {
  private started = false;
  private readonly unread: unknown[] = [];
  constructor(private readonly id: string) {
    super();
  }
  start(): void {
    this.started = true;
    for (const data of this.unread.splice(0)) this.emit('message', { data, ports: [] });
  }
  receive(data: unknown): void {
    if (this.started) this.emit('message', { data, ports: [] });
    else this.unread.push(data);
  }
  postMessage(data: unknown): void {
    tell({ kind: 'port', id: this.id, data });
  }
  close(): void {
    tell({ kind: 'port-closed', id: this.id });
  }
}

const ports = new Map<string, Port>();
const early: object[] = [];
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (data: unknown) => tell({ kind: 'message', data }),
});

function openPort(id: string): Port {
  const port = new Port(id);
  ports.set(id, port);
  return port;
}

process.on('message', (message: FromParent) => {
  switch (message.kind) {
    case 'message': {
      const event = { data: message.data, ports: message.ports.map(openPort) };
      if (parentPort.listenerCount('message') > 0) parentPort.emit('message', event);
      else early.push(event);
      return;
    }
    case 'port':
      ports.get(message.id)?.receive(message.data);
      return;
    case 'port-closed':
      ports.get(message.id)?.emit('close');
      ports.delete(message.id);
  }
});
parentPort.on('newListener', (name) => {
  if (name !== 'message') return;
  setImmediate(() => {
    for (const event of early.splice(0)) parentPort.emit('message', event);
  });
});
process.on('disconnect', () => process.exit(0));
Object.assign(process, { parentPort, type: 'utility' });
