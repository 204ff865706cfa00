import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { SessionPage, sessionTabs } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate<Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`);
}

test.use({ locations: [corpus(20)] });

for (const theme of ['view.themeLight', 'view.themeDark'] as const) {
  test(`every screen is accessible, ${theme}`, async ({ page, clickMenu }) => {
    test.slow();
    await clickMenu(theme);
    const panel = new SourcesPanel(page);
    await panel.waitUntilRead('corpus-20');
    const found: Record<string, string[]> = { sessions: await violations(page) };
    for (const screen of ['Analytics', 'Store'] as const) {
      await panel.screen(screen).click();
      await expect(panel.screen(screen)).toHaveAttribute('aria-current', 'page');
      found[screen] = await violations(page);
    }
    await clickMenu('go.open');
    found.open = await violations(page);
    await panel.screen('Sessions').click();
    await new SessionsPage(page).open('sess_');
    const session = new SessionPage(page);
    for (const tab of sessionTabs) {
      await session.show(tab);
      found[tab] = await violations(page);
    }
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    found.palette = await violations(page);
    expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({});
  });
}
