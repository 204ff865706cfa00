import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { ask, corpus, corpusS, hashOf, pidginFolder } from '../support/corpora';

function figure(value: number | string | null | undefined): string {
  return Number(value).toLocaleString('en-US');
}

test.describe('corpus S on the command line', () => {
  test.use({ locations: [corpusS()] });
  test('shows the totals that SQLite itself computes, and leaves the file as it was', async ({ page }) => {
    const before = hashOf(corpusS());
    const sessions = new SessionsPage(page);
    await new SourcesPanel(page).waitUntilRead(basename(corpusS(), '.db'));
    const expected = ask(
      corpusS(),
      `SELECT (SELECT count(*) FROM session_timesteps) AS steps, (SELECT count(*) FROM messages) AS messages,
        count(*) AS events, sum(total_tokens) AS tokens, sum(event_type = 'cais') AS calls FROM events`,
    );
    for (const value of Object.values(expected)) await expect(sessions.totals).toContainText(figure(value));
    await expect(sessions.rows().first()).toBeVisible();
    expect(hashOf(corpusS())).toBe(before);
  });
});

test('a file chosen in the menu is opened, and is among the recent files', async ({ shell, page }) => {
  const sources = new SourcesPanel(page);
  const path = corpus(20);
  await shell.answerDialog(path);
  await shell.clickMenu('file.open');
  await expect(sources.source('corpus-20')).toBeVisible();
  await sources.source('corpus-20').click();
  await shell.clickMenu('file.closeSource');
  await expect(sources.source('corpus-20')).toHaveCount(0);
  await shell.clickRecent(0);
  await expect(sources.source('corpus-20')).toBeVisible();
});

test('a cancelled dialog changes nothing', async ({ shell, page }) => {
  await shell.answerDialog(null);
  await shell.clickMenu('file.open');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(new SourcesPanel(page).source('corpus')).toHaveCount(0);
});

test('a folder of Pidgin runs is opened in place', async ({ shell, page }) => {
  await shell.answerDialog(pidginFolder);
  await shell.clickMenu('file.openFolder');
  await expect(new SourcesPanel(page).source('pidgin')).toBeVisible();
  await expect(new SessionsPage(page).rows()).toHaveCount(3);
});

test('a file dropped on the window is opened where it lies, also by a page that is not told its path', async ({
  page,
  home,
}) => {
  const path = join(home, 'corpus-20.db');
  copyFileSync(corpus(20), path);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  await drag('dragEnter');
  await drag('dragOver');
  await expect(page.getByText('Drop to open read-only')).toBeVisible();
  await drag('drop');
  await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
});
