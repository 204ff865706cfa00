import { createClient } from '@libsql/client';
import { runStore } from '../../db/store';

const WRITES = 1_024;

/** Single inserts through the gate: one writer, then 64 at once. A write that fails or hangs fails the bench. */
export async function measureWriters(dir: string): Promise<{ ratio: number; p99Ms: number }> {
  await using store = await runStore({ dir, port: 0, environment: {} });
  const write = async (writers: number): Promise<{ perSecond: number; p99Ms: number }> => {
    const times: number[] = [];
    const started = performance.now();
    const one = async (writer: number) => {
      const client = createClient({
        url: store.url,
        ...(store.token === null ? {} : { authToken: store.token }),
      });
      for (let at = 0; at < WRITES / writers; at += 1) {
        const before = performance.now();
        const sql =
          'INSERT INTO session_traces (session_id, created_at, num_timesteps, num_events, num_messages) VALUES (?, ?, 0, 0, 0)';
        await client.execute({ sql, args: [`bench-${writers}-${writer}-${at}`, '2026-01-01 00:00:00'] });
        times.push(performance.now() - before);
      }
      client.close();
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
    times.sort((a, b) => a - b);
    const seconds = (performance.now() - started) / 1_000;
    return { perSecond: WRITES / seconds, p99Ms: times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN };
  };
  const alone = await write(1);
  const many = await write(64);
  return { ratio: many.perSecond / alone.perSecond, p99Ms: many.p99Ms };
}
