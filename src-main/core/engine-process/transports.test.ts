import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { openFixture } from '../../../db/analytics/queries/fixture';
import type { Workspace } from '../../../db/analytics/workspace';
import type { DataContract } from '../../contract';
import { socketProtocols } from '../../contract/wire';
import { createDataRouter } from '../engine';
import { Jobs } from '../jobs';
import { Transports } from './transports';

type Client = ContractRouterClient<DataContract>;

interface Wire extends AsyncDisposable {
  readonly client: Client;
  readonly workspace: Workspace;
  /** Ends the pipe as a dying engine does. */
  cut(): void;
}

async function openDirect(): Promise<Wire> {
  const workspace = await openFixture();
  const client = createRouterClient(createDataRouter(workspace, new Jobs()));
  return { client, workspace, cut: () => {}, [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose]() };
}

async function openPort(): Promise<Wire> {
  const workspace = await openFixture();
  const transports = new Transports(createDataRouter(workspace, new Jobs()), () => {});
  const { port1, port2 } = new MessageChannel();
  transports.takePort(port2);
  const client: Client = createORPCClient(new PortLink({ port: port1 }));
  port1.start();
  const close = async () => {
    port1.close();
    await workspace[Symbol.asyncDispose]();
  };
  return { client, workspace, cut: () => port2.close(), [Symbol.asyncDispose]: close };
}

async function openSocket(): Promise<Wire> {
  const workspace = await openFixture();
  const transports = new Transports(createDataRouter(workspace, new Jobs()), () => {});
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    transports.takeSocket(
      { type: 'socket', url: request.url ?? '/', headers, head: head.toString('base64') },
      socket,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/ws/data`, socketProtocols('secret'));
  const client: Client = createORPCClient(
    new SocketLink({ websocket: webSocket as unknown as globalThis.WebSocket }),
  );
  await once(webSocket, 'open');
  expect(webSocket.protocol).toBe('stepscope');
  const close = async () => {
    webSocket.terminate();
    transports[Symbol.dispose]();
    server.close();
    await workspace[Symbol.asyncDispose]();
  };
  return { client, workspace, cut: () => transports[Symbol.dispose](), [Symbol.asyncDispose]: close };
}

const wires = [
  ['direct calls', openDirect],
  ['a message port', openPort],
  ['a WebSocket', openSocket],
] as const;

test.each(wires)('over %s rows, typed errors and refused arguments arrive the same', async (_name, open) => {
  await using wire = await open();
  const sort = { key: 'created', descending: true } as const;
  const { rows, total } = await wire.client.sessions.list({ scope: {}, sort });
  expect([rows.length, total]).toEqual([4, 4]);
  await expect(wire.client.sessions.list({ scope: { q: 'cost>x' }, sort })).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    defined: true,
    data: { line: 1, column: 1, action: 'Correct the filter.' },
  });
  await expect(wire.client.sessions.list({ scope: {}, sort, limit: 501 })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  const ref = { sourceId: 'a', sessionId: 's1' };
  const page = await wire.client.session.rows({ ref, table: 'events', offset: 5 });
  expect(page.rows[0]?.[1]).toBe('9007199254740993');
});

test.each(wires)(
  'over %s a stream gives the state at once, then each change, and ends when it is left',
  async (_name, open) => {
    await using wire = await open();
    const stream = await wire.client.sources.watch();
    const first = await stream.next();
    expect(first).toMatchObject({ done: false, value: { revision: 1 } });
    await wire.client.sources.refresh({ sourceId: 'a' });
    expect(await stream.next()).toMatchObject({ done: false, value: { revision: 2 } });
    await stream.return();
    expect((await stream.next()).done).toBe(true);
  },
);

test.each(wires)(
  'over %s a call that is given up is interrupted and the next one answers',
  async (_name, open) => {
    await using wire = await open();
    const controller = new AbortController();
    const call = wire.client.sessions.totals({ scope: {} }, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toThrow();
    expect(await wire.client.sessions.totals({ scope: {} })).toMatchObject({ sessions: 4 });
  },
);

test.each(wires.slice(1))(
  'over %s every pending call is rejected when the pipe dies',
  async (_name, open) => {
    await using wire = await open();
    const stream = await wire.client.sources.watch();
    await stream.next();
    const pending = stream.next();
    wire.cut();
    await expect(pending).rejects.toThrow();
  },
);
