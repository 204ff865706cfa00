/** `utilityProcess.fork`: a forked Node with `process.parentPort`, ports included. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { type MessagePortMain, RemotePorts } from './ports';

type FromChild =
  | { kind: 'message'; data: unknown }
  | { kind: 'port'; id: string; data: unknown }
  | { kind: 'port-closed'; id: string };

export class UtilityProcess extends EventEmitter {
  pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  private readonly child: ChildProcess;
  private readonly ports = new RemotePorts({
    data: (id, data) => this.tell({ kind: 'port', id, data }),
    closed: (id) => this.tell({ kind: 'port-closed', id }),
  });

  constructor(modulePath: string, args: string[] = [], options: Electron.ForkOptions = {}) {
    super();
    const stdio = options.stdio ?? 'inherit';
    if (stdio !== 'inherit' && stdio !== 'pipe' && stdio !== 'ignore')
      throw new Error('ElectronDouble: utilityProcess stdio as a list is not implemented');
    this.child = fork(modulePath, args, {
      execArgv: ['-r', join(__dirname, 'utility-shim.cjs'), ...(options.execArgv ?? [])],
      serialization: 'advanced',
      stdio: ['ignore', stdio, stdio, 'ipc'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...(options.env ?? process.env) },
    });
    this.stdout = this.child.stdout;
    this.stderr = this.child.stderr;
    const killWithUs = () => this.child.kill('SIGKILL');
    process.once('exit', killWithUs);
    this.child.once('spawn', () => {
      this.pid = this.child.pid;
      this.emit('spawn');
    });
    this.child.once('exit', (code, signal) => {
      this.pid = undefined;
      process.off('exit', killWithUs);
      this.ports.closeAll();
      this.emit('exit', code ?? (signal ? 15 : 0));
    });
    this.child.on('message', (message: FromChild) => this.hear(message));
  }

  postMessage(data: unknown, transfer: MessagePortMain[] = []): void {
    const { ids, connect } = this.ports.take(transfer);
    this.tell({ kind: 'message', data, ports: ids });
    connect();
  }
  kill(): boolean {
    return this.child.kill();
  }
  static fork(modulePath: string, args?: string[], options?: Electron.ForkOptions): UtilityProcess {
    return new UtilityProcess(modulePath, args, options);
  }

  private hear(message: FromChild): void {
    switch (message.kind) {
      case 'message':
        this.emit('message', message.data);
        return;
      case 'port':
        this.ports.receive(message.id, message.data);
        return;
      case 'port-closed':
        this.ports.close(message.id);
    }
  }
  private tell(message: object): void {
    // Written when the child is already gone: its exit is reported anyway.
    if (this.child.connected) this.child.send(message, () => undefined);
  }
}

export const utilityProcess = { fork: UtilityProcess.fork };
