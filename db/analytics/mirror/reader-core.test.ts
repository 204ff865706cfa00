import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database, statement } from '../../duckdb';
import { keepShortGroups } from './reader-core';

const setting = statement({
  name: 'test.setting',
  sql: `SELECT current_setting('max_vacuum_tasks')::INTEGER AS tasks`,
  params: z.object({}),
  row: z.object({ tasks: z.number() }),
});

test('a setting is as usual again when the last of those who hold it is done', async () => {
  await using database = await Database.open();
  const tasks = async () => (await database.run(setting, {})).map((row) => row.tasks);
  const usual = await tasks();
  const first = await keepShortGroups(database);
  const second = await keepShortGroups(database);
  expect(await tasks()).toEqual([0]);
  await first[Symbol.asyncDispose]();
  expect(await tasks()).toEqual([0]);
  await second[Symbol.asyncDispose]();
  expect(await tasks()).toEqual(usual);
  expect(usual).not.toEqual([0]);
});
