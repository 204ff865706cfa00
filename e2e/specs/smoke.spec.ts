import { expect, test } from '../fixtures';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';

test.describe('a file on the command line', () => {
  test.use({ locations: [corpus(20)] });
  test('is opened', async ({ page }) => {
    await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
    await page.screenshot({ path: '/tmp/smoke.png' });
  });
});
