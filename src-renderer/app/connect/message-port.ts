import { RPCLink } from '@orpc/client/message-port';
import { portMessage } from '../../../src-main/contract';
import type { Pipe, Wire } from './pipe';

/** The desktop shell: the preload hands each port to the page, and a new one after a restart of the engine. */
export function connectMessagePorts(pipes: { readonly data: Pipe; readonly shell: Pipe }): void {
  window.addEventListener('message', (event) => {
    if (event.source !== window) return;
    const parsed = portMessage.safeParse(event.data);
    const port = event.ports[0];
    if (!parsed.success || port === undefined) return;
    attachPort(pipes[parsed.data.port], port);
  });
}

export function attachPort(pipe: Pipe, port: MessagePort): void {
  // Before the link listens: the pipe must hear of the end first, to say what it means for the calls under way.
  port.addEventListener('close', () => pipe.detach(wire), { once: true });
  const wire = wireOf(port);
  port.start();
  pipe.attach(wire);
}

function wireOf(port: MessagePort): Wire {
  const link = new RPCLink({ port });
  return {
    send: (path, input, options) => link.call([...path], input, options),
    close: () => port.close(),
  };
}
