import { expect, test } from '../fixtures';
import { violationsIn } from '../pages/axe';
import { MappingPage } from '../pages/mapping-page';
import { SessionPage, sessionTabs } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';
import { talksCsv, unknownTable } from '../support/tables';

test.use({ locations: [corpus(20)] });

for (const theme of ['view.themeLight', 'view.themeDark'] as const) {
  test(`every screen is accessible, ${theme}`, async ({ page, clickMenu, answerDialog, folder }) => {
    test.slow();
    await clickMenu(theme);
    const panel = new SourcesPanel(page);
    await panel.waitUntilRead('corpus-20');
    const found: Record<string, string[]> = { sessions: await violationsIn(page) };
    for (const screen of ['Analytics', 'Store'] as const) {
      await panel.screen(screen).click();
      await expect(panel.screen(screen)).toHaveAttribute('aria-current', 'page');
      found[screen] = await violationsIn(page);
    }
    await clickMenu('go.open');
    found.open = await violationsIn(page);
    await answerDialog(unknownTable(folder, 'talks.csv', talksCsv(2)));
    await clickMenu('file.open');
    await expect(new MappingPage(page).sessions).toContainText('talk-1');
    found.mapping = await violationsIn(page);
    await panel.screen('Sessions').click();
    await new SessionsPage(page).open('sess_');
    const session = new SessionPage(page);
    for (const tab of sessionTabs) {
      await session.show(tab);
      found[tab] = await violationsIn(page);
    }
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    found.palette = await violationsIn(page);
    expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({});
  });
}
