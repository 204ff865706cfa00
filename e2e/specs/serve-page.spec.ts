import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';
import { findChild } from '../support/processes';
import { readyMark } from '../support/shell';

test.use({ locations: [corpus(20)] });

test('a page that crashes loses neither the engine nor its jobs: the next one has both', async ({
  page,
  context,
  shell,
  folder,
}) => {
  await new SourcesPanel(page).waitUntilRead('corpus-20');
  const engine = findChild(shell.pid, 'engine');
  const dialog = page.getByRole('dialog', { name: 'Export', exact: true });
  await shell.clickMenu('export.parquet');
  await shell.answerDialog(join(folder, 'export'));
  await dialog.getByRole('button', { name: 'Choose where…' }).click();
  await expect(page.getByRole('dialog', { name: 'Jobs' })).toContainText('done');

  const crashed = page.waitForEvent('crash');
  const session = await context.newCDPSession(page);
  session.send('Page.crash').catch(() => undefined);
  await crashed;

  const next = await context.newPage();
  await next.goto(shell.url ?? '');
  await next.locator(readyMark).waitFor({ state: 'attached' });
  await new SourcesPanel(next).waitUntilRead('corpus-20');
  await next.getByRole('button', { name: /1 job finished/ }).click();
  await expect(next.getByRole('dialog', { name: 'Jobs' })).toContainText('done');
  expect(findChild(shell.pid, 'engine')).toBe(engine);
});
