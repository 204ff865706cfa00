import { expect, test } from '../fixtures';
import { violationsIn } from '../pages/axe';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { makeMixedFolder } from '../support/corpora';

test('a folder of whatever opens at once, says what did not, and each warning leads to its line', async ({
  shell,
  page,
  folder,
}) => {
  const sessions = new SessionsPage(page);
  const sources = new SourcesPanel(page);
  await shell.answerDialog(makeMixedFolder(folder));
  await shell.clickMenu('file.openFolder');
  await sources.waitUntilRead('agent.db');
  await sources.waitUntilRead('pidgin · mixed');
  await expect(sessions.totals).toContainText('2,024');

  await sessions.notices.getByRole('button', { name: 'Details…' }).click();
  const notOpened = page.getByRole('dialog', { name: 'Not opened' });
  await expect(notOpened).toContainText('cut.db');
  await expect(notOpened.locator('[data-error-code="FORMAT_DAMAGED"]')).toBeVisible();
  await expect(notOpened).toContainText('notes.txt');
  expect(await violationsIn(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await sources.source('pidgin · mixed').click();
  await sources
    .source('pidgin · mixed')
    .getByRole('img', { name: /warnings?$/ })
    .click();
  const details = page.getByRole('dialog', { name: 'pidgin · mixed' });
  // Three files of events and the manifest of each.
  await expect(details.getByRole('row')).toHaveCount(7);
  await details.getByRole('button', { name: /The line is no JSON/ }).click();
  await expect(details.getByText('this line is no event at all')).toBeVisible();
  expect(await violationsIn(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await shell.clickMenu('file.sourceDetails');
  await expect(details).toBeVisible();
  await page.keyboard.press('Escape');

  // It is shown alone, with one of its sessions selected.
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await sessions.rows().first().click();
  await expect(inspector).toBeVisible();
  await shell.clickMenu('file.closeSource');
  await expect(sources.source('pidgin · mixed')).toHaveCount(0);
  await expect(sources.source('agent.db')).toBeVisible();
  await expect(inspector).toHaveCount(0);
  await expect(sessions.rows()).toHaveCount(20);
});
