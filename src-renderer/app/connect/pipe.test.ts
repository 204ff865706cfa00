import { createORPCClient, ORPCError } from '@orpc/client';
import { os, type RouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { describe, expect, it } from 'vitest';
import { attachPort } from './message-port';
import { Pipe } from './pipe';

const router = {
  echo: os.handler(({ input }) => input),
  never: os.handler(() => new Promise(() => undefined)),
  ticks: os.handler(async function* () {
    yield 1;
    await new Promise(() => undefined);
  }),
};

function serverPort(): { page: MessagePort; end: () => void } {
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(router).upgrade(port2);
  port2.start();
  return { page: port1, end: () => port2.close() };
}

function clientOf(pipe: Pipe): RouterClient<typeof router> {
  return createORPCClient({ call: pipe.call });
}

const isRestart = (error: unknown): boolean =>
  error instanceof ORPCError && error.code === 'ENGINE_RESTARTED';

describe('a pipe', () => {
  it('lets a call wait until there is a wire', async () => {
    const pipe = new Pipe();
    const answer = clientOf(pipe).echo('hello');
    const server = serverPort();
    attachPort(pipe, server.page);
    expect(await answer).toBe('hello');
    server.end();
  });

  it('rejects every pending call when its wire dies, and serves the next one on a new wire', async () => {
    const pipe = new Pipe();
    const first = serverPort();
    attachPort(pipe, first.page);
    const client = clientOf(pipe);
    const pending = client.never().catch((error: unknown) => error);
    const stream = await client.ticks();
    expect((await stream.next()).value).toBe(1);
    const next = stream.next().catch((error: unknown) => error);
    first.end();
    expect(isRestart(await pending)).toBe(true);
    expect(isRestart(await next)).toBe(true);
    const second = serverPort();
    attachPort(pipe, second.page);
    expect(await client.echo(2)).toBe(2);
    second.end();
  });

  it('rejects what waits when no wire is coming, and serves again when one comes after all', async () => {
    const pipe = new Pipe();
    const client = clientOf(pipe);
    const waiting = client.echo(1).catch((error: unknown) => error);
    pipe.fail();
    expect(isRestart(await waiting)).toBe(true);
    expect(isRestart(await client.echo(2).catch((error: unknown) => error))).toBe(true);
    const server = serverPort();
    attachPort(pipe, server.page);
    expect(await client.echo(3)).toBe(3);
    server.end();
  });

  it('gives up a waiting call when it is cancelled', async () => {
    const controller = new AbortController();
    const answer = clientOf(new Pipe())
      .echo(1, { signal: controller.signal })
      .catch((error: unknown) => error);
    controller.abort(new Error('no longer wanted'));
    expect(await answer).toMatchObject({ message: 'no longer wanted' });
  });
});
