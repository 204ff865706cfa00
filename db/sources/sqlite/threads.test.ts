import { expect, test } from 'vitest';
import { endSpareThread, prepareReaderThread, takeReaderThread } from './threads';

test('one thread is ready for the next file, however often it is asked for, and each file has its own', async () => {
  const before = takeReaderThread();
  prepareReaderThread();
  prepareReaderThread();
  const prepared = takeReaderThread();
  const next = takeReaderThread();
  // Threads are numbered as they start.
  expect([prepared.threadId, next.threadId]).toEqual([before.threadId + 1, before.threadId + 2]);
  await Promise.all([before, prepared, next].map((thread) => thread.terminate()));
});

test('a spare thread that has ended is not given away', async () => {
  prepareReaderThread();
  await endSpareThread();
  const thread = takeReaderThread();
  expect(thread.threadId).toBeGreaterThan(0);
  await thread.terminate();
  await endSpareThread();
});
