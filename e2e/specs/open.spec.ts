import { basename } from 'node:path';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { ask, badFiles, corpus, corpusS, hashOf, pidginFolder } from '../support/corpora';

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

test('a file dropped on the window is opened where the shell knows its path', async ({ shell, page }) => {
  test.skip(shell.kind === 'serve', 'a browser does not tell the path of a file');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [corpus(20)], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
});

test.describe('what cannot be opened', () => {
  test.use({ locations: [corpus(20)] });
  test('says its code and names the file, and the rest stays open', async ({ shell, page, folder }) => {
    const sessions = new SessionsPage(page);
    await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
    const table: readonly [keyof typeof badFiles, RegExp][] = [
      ['missing', /^SOURCE_NOT_FOUND$/],
      ['empty', /^FORMAT_(UNKNOWN|DAMAGED)$/],
      ['truncated', /^FORMAT_DAMAGED$/],
      ['picture', /^FORMAT_UNKNOWN$/],
      ['text', /^FORMAT_UNKNOWN$/],
      ['foreign', /^(FORMAT_UNKNOWN|SCHEMA_UNSUPPORTED)$/],
      ['withoutData', /^(FORMAT_DAMAGED|FORMAT_UNKNOWN)$/],
    ];
    for (const [kind, code] of table) {
      const path = badFiles[kind](folder);
      await shell.answerDialog(path);
      await shell.clickMenu(kind === 'withoutData' ? 'file.openFolder' : 'file.open');
      const alert = page.locator('[role="alert"][data-error-code]').filter({ hasText: basename(path) });
      await expect(alert.first(), kind).toBeVisible();
      await expect(alert.first(), kind).toHaveAttribute('data-error-code', code);
      const dismiss = sessions.notices.getByRole('button', { name: 'Dismiss' });
      while ((await dismiss.count()) > 0) await dismiss.first().click();
    }
    await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
  });
});
