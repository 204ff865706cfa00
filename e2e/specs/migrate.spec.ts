import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { violationsIn } from '../pages/axe';
import { makeDuckDb } from '../support/duckdb-files';

test('tracing v2 is tried, migrated into a file, shown, and taken back', async ({ shell, page, folder }) => {
  const source = join(folder, 'v2.duckdb');
  const target = join(folder, 'v3.db');
  await makeDuckDb(source, 'tracing-v2');
  await shell.clickMenu('file.migrate');
  const form = page.getByRole('dialog', { name: 'Migrate tracing v2' });
  await expect(form.getByRole('button', { name: 'Migrate', exact: true })).toBeDisabled();
  await shell.answerDialog(source);
  await form.getByRole('button', { name: 'File…' }).click();
  await expect(form.getByLabel('From')).toHaveValue(source);
  await form.getByLabel('A tracing v3 file').check();
  await form.getByLabel('File', { exact: true }).fill(target);
  expect(await violationsIn(page)).toEqual([]);

  await form.getByRole('button', { name: 'Try without writing' }).click();
  const trial = page.getByRole('dialog', { name: 'Trial migration of v2.duckdb' });
  await expect(trial).toContainText('Nothing was written');
  await expect(trial.getByRole('row', { name: /^events/ })).toContainText('27');
  expect(existsSync(target)).toBe(false);
  await trial.getByRole('button', { name: 'Back' }).click();

  await form.getByRole('button', { name: 'Migrate', exact: true }).click();
  const report = page.getByRole('dialog', { name: 'Migration of v2.duckdb' });
  await expect(report).toContainText('Every row was written and found equal');
  expect(await violationsIn(page)).toEqual([]);
  await report.getByRole('button', { name: 'Show the sessions' }).click();
  await expect(page.getByRole('grid').getByText('Crafter, seed 42').first()).toBeVisible();

  await shell.clickMenu('view.jobs');
  const jobs = page.getByRole('dialog', { name: 'Jobs' });
  await jobs.getByRole('button', { name: 'Show the report' }).first().click();
  await report.getByRole('button', { name: 'Roll back' }).click();
  const taken = page.getByRole('dialog', { name: /^Rollback of v2-/ });
  await expect(taken).toContainText(/it is gone|no others/);
});

test('into the live store, and back; what is no tracing v2 is told', async ({
  shell,
  page,
  folder,
  home,
}) => {
  const source = join(folder, 'v2.duckdb');
  await makeDuckDb(source, 'tracing-v2');
  const form = page.getByRole('dialog', { name: 'Migrate tracing v2' });
  await shell.clickMenu('file.migrate');
  await form.getByLabel('From').fill(join(folder, 'none.duckdb'));
  await form.getByRole('button', { name: 'Migrate', exact: true }).click();
  await expect(page.locator('[data-error-code="SOURCE_NOT_FOUND"]')).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await form.getByLabel('From').fill(source);
  await form.getByRole('button', { name: 'Migrate', exact: true }).click();
  const report = page.getByRole('dialog', { name: 'Migration of v2.duckdb' });
  await expect(report).toContainText('Every row was written and found equal');
  expect(readdirSync(join(home, 'migrations'))).toHaveLength(1);
  await report.getByRole('button', { name: 'Roll back' }).click();
  await expect(page.getByRole('dialog', { name: /^Rollback of v2-/ })).toContainText('no others');
});
