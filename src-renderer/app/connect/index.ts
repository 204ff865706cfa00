/**
 * The two ways out of the window. `dataClient` asks the engine, `shellClient` asks main; `data` and `shell` are their query options for
 * TanStack Query. A *pipe* is a client's place to call and outlives its *wires* (a MessagePort or a WebSocket each).
 */
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import {
  type DataContract,
  dataSocketPath,
  type ShellBridge,
  type ShellContract,
  shellSocketPath,
} from '../../../src-main/contract';
import { connectMessagePorts } from './message-port';
import { Pipe } from './pipe';
import { takeToken } from './token';
import { connectWebSocket, type KeptSocket } from './web-socket';

declare global {
  interface Window {
    /** Set by the desktop shell's preload. */
    readonly stepscope?: ShellBridge<File>;
  }
}

export const dataPipe = new Pipe();
export const shellPipe = new Pipe();

export const dataClient: ContractRouterClient<DataContract> = createORPCClient({ call: dataPipe.call });
export const shellClient: ContractRouterClient<ShellContract> = createORPCClient({ call: shellPipe.call });

export const data = createTanstackQueryUtils(dataClient, { path: ['data'] });
export const shell = createTanstackQueryUtils(shellClient, { path: ['shell'] });

export type { Pipe };
export type ConnectResult = 'connecting' | 'token-missing';

let dataSocket: KeptSocket | undefined;

/** Main says what became of the engine: nobody waits for one that is not coming, and nobody pauses for one that is back. */
export function engineIs(state: 'starting' | 'ready' | 'restarting' | 'failed'): void {
  if (state === 'failed') dataPipe.fail();
  else if (state === 'restarting') dataSocket?.drop();
  else if (state === 'ready') dataSocket?.hurry();
}

/** Starts connecting, over whatever this window was given. Call before the router reads the address. */
export function connect(): ConnectResult {
  if (window.stepscope !== undefined) {
    connectMessagePorts({ data: dataPipe, shell: shellPipe });
    return 'connecting';
  }
  const token = takeToken();
  if (token === null) return 'token-missing';
  dataSocket = connectWebSocket(dataPipe, dataSocketPath, token);
  connectWebSocket(shellPipe, shellSocketPath, token);
  return 'connecting';
}
