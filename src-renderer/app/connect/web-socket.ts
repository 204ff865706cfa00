import { RPCLink } from '@orpc/client/websocket';
import { socketProtocols } from '../../../src-main/contract';
import type { Pipe, Wire } from './pipe';

const longestPauseMs = 2_000;

/** Keeps one WebSocket under a pipe: opens it, and again with a growing pause when it ends. */
export function connectWebSocket(pipe: Pipe, path: string, token: string): void {
  let pauseMs = 50;
  const open = (): void => {
    const address = new URL(`.${path}`, location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    address.hash = '';
    const socket = new WebSocket(address, socketProtocols(token));
    // Before the link listens: the pipe must hear of the end first, to say what it means for the calls under way.
    socket.addEventListener('close', () => {
      pipe.detach(wire);
      // A back-off between attempts, not a wait for something that could be told.
      setTimeout(open, pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
    const wire = wireOf(socket);
    socket.addEventListener('open', () => {
      pauseMs = 50;
      pipe.attach(wire);
    });
  };
  open();
}

function wireOf(socket: WebSocket): Wire {
  const link = new RPCLink({ websocket: socket });
  return {
    send: (path, input, options) => link.call([...path], input, options),
    close: () => socket.close(),
  };
}
