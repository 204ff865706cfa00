import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { SessionPage, sessionTabs } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';

test.use({ locations: [corpus(20)] });

/** Names of the buttons, tabs and fields of the screen that stand outside the window, and not in a part that scrolls. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element): boolean => {
      for (let at = element.parentElement; at !== null; at = at.parentElement)
        if (at.scrollWidth > at.clientWidth && /auto|scroll/.test(getComputedStyle(at).overflowX))
          return true;
      return false;
    };
    return [...document.querySelectorAll('main :is(button, input, [role="tab"], dd, h1)')]
      .filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 1 && right > innerWidth && !scrolls(element);
      })
      .map((element) => element.getAttribute('aria-label') ?? element.textContent ?? '');
  });
}

test('a window of 900 px shows every control of every screen', async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 640 });
  const panel = new SourcesPanel(page);
  const sessions = new SessionsPage(page);
  await panel.waitUntilRead('corpus-20');
  await sessions.rows().first().click();
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('step_0');
  expect(await outside(page)).toEqual([]);
  await expect(page.getByRole('button', { name: 'Export…' })).toBeInViewport({ ratio: 1 });
  await sessions.grid.focus();
  await page.keyboard.press('Enter');
  const session = new SessionPage(page);
  for (const tab of sessionTabs) {
    await session.show(tab);
    expect(await outside(page), tab).toEqual([]);
  }
  for (const screen of ['Analytics', 'Store'] as const) {
    await panel.screen(screen).click();
    await expect(panel.screen(screen)).toHaveAttribute('aria-current', 'page');
    expect(await outside(page), screen).toEqual([]);
  }
});

test('at 200 % of a usual window the list has the room, and what gave way comes back with it', async ({
  page,
}) => {
  const panel = new SourcesPanel(page);
  const sessions = new SessionsPage(page);
  await sessions.rows().first().click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toBeVisible();
  await page.setViewportSize({ width: 640, height: 400 });
  await expect(inspector).toBeHidden();
  await expect(panel.panel).toBeHidden();
  await expect(sessions.rows().nth(2)).toBeInViewport({ ratio: 0.9 });
  await page.setViewportSize({ width: 1_280, height: 800 });
  await expect(inspector).toBeVisible();
  await expect(panel.panel).toBeVisible();
});

test('sources are one stop of the keyboard, and the arrows move among them', async ({ page }) => {
  const panel = new SourcesPanel(page);
  await panel.waitUntilRead('corpus-20');
  await panel.waitUntilRead('Live store');
  // Whichever opened first.
  const entries = panel.sources.locator('button[aria-pressed]');
  await expect(entries).toHaveCount(2);
  await entries.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(entries.last()).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(panel.screen('Sessions')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(entries.last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(entries.first()).toBeFocused();
});

test('the cells of raw rows are one stop of the keyboard, and the arrows move among them', async ({
  page,
}) => {
  const sessions = new SessionsPage(page);
  await sessions.open('sess_');
  const rows = await new SessionPage(page).show('Rows');
  const cells = rows.locator('td button');
  await expect(cells.nth(30)).toBeVisible();
  await rows.getByRole('region', { name: /^Rows of/ }).focus();
  await page.keyboard.press('Tab');
  await expect(cells.first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(cells.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  const second = rows.getByRole('row').nth(2).locator('td button').first();
  await expect(second).toBeFocused();
  // Away and back: where it was.
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(second).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(second).toHaveAttribute('aria-pressed', 'true');
});
