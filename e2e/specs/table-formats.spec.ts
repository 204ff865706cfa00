import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { hashOf } from '../support/corpora';
import { exportParquet, makeDuckDb } from '../support/duckdb-files';
import { holdDuckDb } from '../support/locks';

test('a tracing v2 DuckDB file opens and stays as it is; its Parquet export opens beside it', async ({
  shell,
  page,
  folder,
}) => {
  const file = join(folder, 'v2.duckdb');
  const parquet = join(folder, 'v2-parquet');
  await makeDuckDb(file, 'tracing-v2');
  await exportParquet(file, parquet);
  const before = hashOf(file);
  const sessions = new SessionsPage(page);
  const sources = new SourcesPanel(page);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await sources.waitUntilRead('v2.duckdb');
  await expect(sessions.rows()).toHaveCount(8);
  await expect(sessions.row('Crafter, seed 42')).toHaveCount(1);
  expect(hashOf(file)).toBe(before);
  await shell.answerDialog(parquet);
  await shell.clickMenu('file.openFolder');
  await sources.waitUntilRead('v2-parquet');
  await expect(sessions.row('Crafter, seed 42')).toHaveCount(2);
});

test("Pidgin's DuckDB file shows its conversations and an error in a completed one", async ({
  shell,
  page,
  folder,
}) => {
  const file = join(folder, 'experiments.duckdb');
  await makeDuckDb(file, 'pidgin-duckdb');
  const sessions = new SessionsPage(page);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('experiments.duckdb');
  await expect(sessions.rows()).toHaveCount(4);
  await sessions.open('two ducks');
  await page.getByRole('tab', { name: 'Convergence' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Convergence' })).toBeVisible();
});

test("Junjo's spans open as traces", async ({ shell, page, folder }) => {
  const file = join(folder, 'otel.duckdb');
  await makeDuckDb(file, 'junjo-duckdb');
  const sessions = new SessionsPage(page);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('otel.duckdb');
  await expect(sessions.rows()).toHaveCount(2);
  await expect(sessions.row('Order workflow')).toBeVisible();
});

test('a file that another program holds names it, and opens as a snapshot copy', async ({
  shell,
  page,
  folder,
}) => {
  const file = join(folder, 'held.duckdb');
  await makeDuckDb(file, 'tracing-v2');
  await using _holder = await holdDuckDb(file);
  const before = hashOf(file);
  const sessions = new SessionsPage(page);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await expect(sessions.notices).toContainText('is held by');
  await expect(sessions.notices).toContainText('process');
  await sessions.notices.getByRole('button', { name: 'Open a Snapshot Copy' }).click();
  await new SourcesPanel(page).waitUntilRead('held.duckdb (snapshot');
  await expect(sessions.rows()).toHaveCount(9);
  await expect(sessions.notices.getByRole('button')).toHaveCount(0);
  expect(hashOf(file)).toBe(before);
});
