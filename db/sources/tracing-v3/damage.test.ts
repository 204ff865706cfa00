import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  dialectB,
  makeSqlite,
  openAndRead,
  openTestWorkspace,
  temporaryFolder,
} from '../../analytics/workspace/fixture';

const EVENTS = 3_000;

test('a damaged file says so each time, and what it would not give is there when it is whole again', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    'PRAGMA page_size = 4096',
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s')",
    `INSERT INTO events(session_id, event_type, model_name)
      SELECT 's', 'cais', 'marker-' || value FROM generate_series(1, ${EVENTS})`,
  ]).close();
  const whole = readFileSync(file);
  const damaged = Buffer.from(whole);
  // The page in which this row lies.
  const at = damaged.indexOf(`marker-${EVENTS / 2}`);
  damaged.fill(0, at - (at % 4_096), at - (at % 4_096) + 4_096);
  writeFileSync(file, damaged);
  for (let time = 0; time < 2; time += 1) {
    await using workspace = await openTestWorkspace(folder.path);
    await openAndRead(workspace, file);
    const [source] = workspace.state().sources;
    expect(source).toMatchObject({ state: 'damaged', error: { code: 'FORMAT_DAMAGED' } });
    expect(source?.rows.events).toBeGreaterThan(EVENTS / 2);
    expect(source?.rows.events).toBeLessThan(EVENTS);
  }
  writeFileSync(file, whole);
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(workspace.state().sources[0]).toMatchObject({
    state: 'ready',
    rows: { sessions: 1, events: EVENTS },
  });
});
