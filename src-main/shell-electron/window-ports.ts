import { MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import type { Application } from '../core/app';
import { type PortMessage, portChannel } from './bridge-names';
import type { Ports } from './children';

export interface WindowPortsOptions {
  readonly contents: WebContents;
  readonly application: Application<Ports>;
  /** Answers the shell contract on a port. */
  readonly serveShell: (port: MessagePortMain) => void;
}

/** Gives the page its two ports after every load, and a new data port when the engine is back. */
export function connectWindow(options: WindowPortsOptions): void {
  const { contents, application } = options;
  let hasPage = false;
  let hasData = false;

  const give = (port: PortMessage['port']): MessagePortMain => {
    const { port1, port2 } = new MessageChannelMain();
    const message: PortMessage = { kind: 'stepscope:port', port };
    contents.postMessage(portChannel, message, [port2]);
    return port1;
  };
  /** The far end goes straight to the engine: no row passes through here. */
  const giveData = () => {
    if (!hasPage || hasData || application.engine.pid === undefined) return;
    hasData = application.engine.connect({ type: 'port' }, [give('data')]);
  };

  contents.on('did-finish-load', () => {
    hasPage = true;
    hasData = false;
    options.serveShell(give('shell'));
    giveData();
  });
  contents.on('render-process-gone', () => {
    hasPage = false;
  });
  const stop = application.onEvent((event) => {
    if (event.kind !== 'engine') return;
    if (event.state === 'ready') giveData();
    else if (event.state !== 'starting') hasData = false;
  });
  contents.once('destroyed', stop);
}
