import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';

test.use({ environment: { STEPSCOPE_DEMO: '1' } });

test('the first start shows the sessions that an agent-like program writes into the live store', async ({
  page,
}) => {
  test.slow();
  const sessions = new SessionsPage(page);
  await expect(page.getByRole('heading', { name: /^Sessions/ }).locator('..')).toContainText('300', {
    timeout: 60_000,
  });
  await expect(sessions.row(/gpt|claude|gemini|qwen/).first()).toBeVisible({ timeout: 30_000 });
});
