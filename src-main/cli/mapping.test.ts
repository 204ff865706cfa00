import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from './exit-codes';
import { runCli, temporaryFolder } from './testing';

test('a table that nobody knows: info says that it can be mapped, mapping proposes, --mapping opens with it', async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, 'home');
  const table = join(folder.path, 'calls.csv');
  writeFileSync(
    table,
    'session_id,model,prompt_tokens,cost_usd\na,gpt-5,100,0.0042\na,gpt-5,130,0.001\nb,m,7,\n',
  );
  const unknown = await runCli(home, 'info', table);
  expect(unknown.code).toBe(exitCodes.FORMAT_UNKNOWN);
  expect(unknown.stderr).toContain('stepscope mapping');

  const shown = await runCli(home, 'mapping', table);
  expect(shown.stdout).toContain('cost ← cost_usd (dollars)');
  const proposed = await runCli(home, 'mapping', table, '--json');
  const file = join(folder.path, 'calls.mapping.json');
  writeFileSync(file, proposed.stdout);
  const info = await runCli(home, 'info', table, '--mapping', file, '--json');
  expect(info.code).toBe(0);
  expect(JSON.parse(info.stdout)).toMatchObject({
    format: 'mapped',
    dialect: 'calls',
    tables: { sessions: 2, events: 3 },
  });

  writeFileSync(file, '{"format": "stepscope-mapping", "version": 2}');
  const refused = await runCli(home, 'sessions', table, '--mapping', file);
  expect(refused.code).toBe(exitCodes.FORMAT_UNKNOWN);
  expect(refused.stderr).toContain('is no mapping of version 1');
});
