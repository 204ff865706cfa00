import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { basisCorpus, basisSessions } from '../pages/session-corpus';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { ask } from '../support/corpora';

async function openAsked(page: Page, answer: () => Promise<void>): Promise<void> {
  await answer();
  await new SourcesPanel(page).waitUntilRead('bases');
}

test('a transcript is read, folded, searched and left by the keyboard alone', async ({
  page,
  shell,
  folder,
}) => {
  const path = basisCorpus(join(folder, 'bases.db'));
  await openAsked(page, async () => {
    await shell.answerDialog(path);
    await shell.clickMenu('file.open');
  });
  const sessions = new SessionsPage(page);
  const selected = sessions.grid.locator('[role="row"][aria-selected="true"]');
  await sessions.filter.fill(basisSessions.errors);
  await sessions.filter.press('Enter');
  await expect(sessions.rows()).toHaveCount(1);
  await sessions.grid.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(selected).toHaveCount(1);
  await page.keyboard.press('Enter');

  const { transcript } = new SessionPage(page);
  const here = transcript.locator('[data-current]');
  await expect(transcript).toBeFocused();
  await expect(here).toContainText('step_0', { ignoreCase: true });
  await page.keyboard.press('j');
  await expect(here).toHaveAttribute('aria-posinset', '2');
  await page.keyboard.press('ArrowLeft');
  await expect(here).toHaveAttribute('aria-posinset', '1');
  await expect(here.getByRole('button', { name: /^Unfold/ })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(here.getByRole('button', { name: /^Fold/ })).toBeVisible();

  await page.keyboard.press('Shift+ArrowLeft');
  await expect(transcript.getByRole('article')).not.toContainText(['Observation']);
  await expect(transcript.getByRole('button', { name: /^Unfold/ })).not.toHaveCount(0);
  await expect(transcript.getByRole('button', { name: /^Fold/ })).toHaveCount(0);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(transcript.getByRole('button', { name: /^Unfold/ })).toHaveCount(0);

  await page.keyboard.press('f');
  await expect(page.getByRole('textbox', { name: 'Find in session' })).toBeFocused();
  // At once: a pause between letters would ask for what is there by then.
  await page.keyboard.insertText('Observation');
  const { count } = ask(
    path,
    "SELECT count(*) AS count FROM messages WHERE session_id = ? AND content LIKE '%observation%'",
    basisSessions.errors,
  );
  const place = page.getByRole('search').getByRole('status');
  await expect(place).toHaveText(`1 of ${count}`);
  await page.keyboard.press('Enter');
  await expect(place).toHaveText(`2 of ${count}`);
  await expect(here.locator('mark')).toHaveText('Observation');
  await page.keyboard.press('Shift+Enter');
  await expect(place).toHaveText(`1 of ${count}`);
  await page.keyboard.press('Escape');
  await expect(transcript).toBeFocused();

  await page.keyboard.press('e');
  await expect(here).toContainText('rate limit reached');
  const firstError = (await here.getAttribute('aria-posinset')) ?? '';
  await page.keyboard.press('e');
  await expect(here).not.toHaveAttribute('aria-posinset', firstError);
  await expect(here).toContainText('rate limit reached');
  await page.keyboard.press('Shift+E');
  await expect(here).toHaveAttribute('aria-posinset', firstError);

  await page.keyboard.press('Escape');
  await expect(selected).toContainText(basisSessions.errors);
  await expect(sessions.grid).toBeFocused();
});

test('the address of a step shows it again', async ({ page, shell, folder }) => {
  const path = basisCorpus(join(folder, 'bases.db'));
  await openAsked(page, async () => {
    await shell.answerDialog(path);
    await shell.clickMenu('file.open');
  });
  await new SessionsPage(page).open(basisSessions.errors);
  const { transcript } = new SessionPage(page);
  await transcript.focus();
  await page.keyboard.press('End');
  const here = transcript.locator('[data-current]');
  const last = transcript.getByRole('article').last();
  await expect(last).toHaveAttribute('data-current', 'true');
  await expect(last).not.toHaveText('');
  // What names no step stands last: over it is the last step.
  await page.keyboard.press('ArrowLeft');
  await expect(here.getByRole('button', { name: /^Unfold/ })).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await expect(here.getByRole('button', { name: /^Unfold step_/i })).toBeVisible();
  await expect.poll(() => page.url()).toContain('step=');
  const name = (await here.getByRole('button').getAttribute('aria-label'))?.replace('Unfold ', '') ?? '';
  const link = page.url();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.url()).not.toBe(link);
  await page.goto(link);
  await page.reload();
  await expect(here.getByRole('button', { name: `Fold ${name}` })).toBeVisible();
});
