import { expect, test } from '../fixtures';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';

test.use({ environment: { STEPSCOPE_DEMO: '1' } });

test('e and Shift+E go from error to error of a demo session, and round', async ({ page }) => {
  test.slow();
  const sessions = new SessionsPage(page);
  const title = page.getByRole('heading', { name: /^Sessions/ });
  await expect(title).toContainText('300', { timeout: 60_000 });
  await sessions.filter.fill('error');
  await sessions.filter.press('Enter');
  await expect(page).toHaveURL(/q=error/);
  await expect(title).not.toContainText('300');
  await sessions.rows().first().dblclick();
  await page.getByRole('tablist', { name: 'Session' }).waitFor();
  const { transcript } = new SessionPage(page);
  const current = transcript.locator('article[data-current]');
  await expect(transcript.getByRole('article').first()).toBeVisible();
  // The list knows its errors once it says how many; a step says only its own.
  const count = page
    .getByRole('tabpanel', { name: 'Transcript' })
    .getByRole('button', { name: /^\d+ errors?$/ });
  await expect(count.first()).toBeVisible();
  await page.keyboard.press('e');
  // Errors of the demo differ in their words: what counts is that the item is one.
  await expect(current.locator('[data-error]')).toBeVisible();
  const first = (await current.getAttribute('aria-posinset')) ?? '';
  // Round: from the last error on to the first one again, whatever their number.
  await page.keyboard.press('Shift+E');
  // Errors of the demo differ in their words: what counts is that the item is one.
  await expect(current.locator('[data-error]')).toBeVisible();
  await page.keyboard.press('e');
  await expect(current).toHaveAttribute('aria-posinset', first);
});
