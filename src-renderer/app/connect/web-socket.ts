import { RPCLink } from '@orpc/client/websocket';
import { socketProtocols } from '../../../src-main/contract';
import type { Pipe, Wire } from './pipe';

const longestPauseMs = 2_000;

export interface KeptSocket {
  /** The other end is gone, also if the socket has not heard of it: one that was handed to a process that died never opens. */
  readonly drop: () => void;
  /** The other end is back: not after the pause, now. */
  readonly hurry: () => void;
}

/** Keeps one WebSocket under a pipe: opens it, and again with a growing pause when it ends. */
export function connectWebSocket(pipe: Pipe, path: string, token: string): KeptSocket {
  let pauseMs = 50;
  let current: WebSocket | undefined;
  let pause: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    clearTimeout(pause);
    const address = new URL(`.${path}`, location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    address.hash = '';
    const socket = new WebSocket(address, socketProtocols(token));
    current = socket;
    // Before the link listens: the pipe must hear of the end first, to say what it means for the calls under way.
    socket.addEventListener('close', () => {
      pipe.detach(wire);
      if (current !== socket) return;
      current = undefined;
      // A back-off between attempts, not a wait for something that could be told.
      pause = setTimeout(open, pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
    const wire = wireOf(socket);
    socket.addEventListener('open', () => {
      pauseMs = 50;
      pipe.attach(wire);
    });
  };
  open();
  return {
    drop: () => current?.close(),
    hurry: () => {
      pauseMs = 50;
      if (current === undefined) open();
    },
  };
}

function wireOf(socket: WebSocket): Wire {
  const link = new RPCLink({ websocket: socket });
  return {
    send: (path, input, options) => link.call([...path], input, options),
    close: () => socket.close(),
  };
}
