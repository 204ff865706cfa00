import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing';
import { SyncThread } from './sync-thread';

test('a store that stops while it synchronises waits for the driver, which would else end the process', async () => {
  using folder = temporaryFolder();
  const remote = createServer().listen(0, '127.0.0.1');
  await once(remote, 'listening');
  try {
    const address = remote.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const syncUrl = `http://127.0.0.1:${address.port}`;
    const thread = new SyncThread({ file: join(folder.path, 'copy.db'), syncUrl, token: '' });
    const synchronising = thread.sync();
    await once(remote, 'request');
    const closing = thread[Symbol.asyncDispose]();
    remote.closeAllConnections();
    expect(await synchronising).toMatchObject({ isDone: false });
    await closing;
    expect(await thread.sync()).toEqual({ isDone: false, reason: 'the store is stopping' });
  } finally {
    remote.close();
  }
});
