import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';

test.use({ environment: { STEPSCOPE_DEMO: '1' } });

test('the first start shows the sessions that an agent-like program writes into the live store, says that they are invented, and removes them', async ({
  page,
}) => {
  test.slow();
  const sessions = new SessionsPage(page);
  await expect(page.getByRole('heading', { name: /^Sessions/ }).locator('..')).toContainText('300', {
    timeout: 60_000,
  });
  await expect(sessions.row(/gpt|claude|gemini|qwen/).first()).toBeVisible({ timeout: 30_000 });

  const note = page.getByRole('complementary', { name: 'Demo' });
  await expect(note).toContainText('invented');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await sessions.rows().first().click();
  await expect(inspector).toBeVisible();
  await note.getByRole('button', { name: 'Remove Demo' }).click();
  await expect(page.getByText('No sessions yet')).toBeVisible({ timeout: 60_000 });
  await expect(note).toBeHidden();
  await expect(inspector).toBeHidden();
});
