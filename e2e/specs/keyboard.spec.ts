import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';

test.use({ locations: [corpus(20)] });

test('everything is reached by the keyboard alone', async ({ page }) => {
  const sessions = new SessionsPage(page);
  await new SourcesPanel(page).waitUntilRead('corpus-20');
  const selected = sessions.grid.locator('[role="row"][aria-selected="true"]');
  await sessions.grid.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(selected).toHaveCount(1);
  // Its other columns give way to what stands beside the list.
  const title = selected.getByRole('gridcell').first();
  const chosen = (await title.textContent()) ?? '';
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tablist', { name: 'Session' })).toBeVisible();
  const address = page.url();
  await expect(page.getByRole('button', { name: 'Next session' })).toBeEnabled();
  await page.keyboard.press(']');
  await expect.poll(() => page.url()).not.toBe(address);
  await expect(page.getByRole('button', { name: 'Previous session' })).toBeEnabled();
  await page.keyboard.press('[');
  await expect.poll(() => page.url()).toBe(address);
  await expect(page.getByRole('feed', { name: 'Transcript' })).toBeVisible();
  await page.keyboard.press('f');
  await expect(page.getByRole('textbox', { name: 'Find in session' })).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(title).toHaveText(chosen);

  await page.keyboard.press('/');
  await expect(sessions.filter).toBeFocused();
  await page.keyboard.press('Escape');
  await sessions.grid.focus();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(new SourcesPanel(page).screen('Analytics')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Next Error');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('store');
  await page.keyboard.press('Enter');
  await expect(new SourcesPanel(page).screen('Store')).toHaveAttribute('aria-current', 'page');
});

test('the list stands where it was when one comes back to it, and keeps its row in a smaller window', async ({
  page,
}) => {
  const sessions = new SessionsPage(page);
  const sources = new SourcesPanel(page);
  await sources.waitUntilRead('corpus-20');
  await page.setViewportSize({ width: 1280, height: 500 });
  await sessions.grid.focus();
  await page.keyboard.press('End');
  const selected = sessions.grid.locator('[role="row"][aria-selected="true"]');
  await expect(selected).toBeInViewport();
  await page.setViewportSize({ width: 1280, height: 420 });
  await expect(selected).toBeInViewport();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(sources.screen('Analytics')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(sources.screen('Sessions')).toHaveAttribute('aria-current', 'page');
  await expect(selected).toBeInViewport();
});
