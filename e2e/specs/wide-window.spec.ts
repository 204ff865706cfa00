import { expect, test } from '../fixtures';
import { violationsIn } from '../pages/axe';
import { SessionsPage } from '../pages/sessions-page';
import { corpusS } from '../support/corpora';

test.use({ locations: [corpusS()] });

test('in a wide window the steps stand beside the transcript, lead to their place, and go with the inspector', async ({
  page,
}) => {
  await page.setViewportSize({ width: 2_560, height: 1_440 });
  await new SessionsPage(page).open('sess_');
  const steps = page.getByRole('grid', { name: 'Steps' });
  const transcript = page.getByRole('feed', { name: 'Transcript' });
  const rows = steps.getByRole('row').filter({ has: page.getByRole('gridcell') });
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true');
  expect(await violationsIn(page)).toEqual([]);
  const last = (await rows.last().getByRole('gridcell').first().textContent()) ?? '';
  await rows.last().click();
  await expect(rows.last()).toHaveAttribute('aria-selected', 'true');
  await expect(transcript.getByRole('button', { name: `Fold ${last}` })).toBeInViewport();
  await page.keyboard.press('Home');
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(transcript).toBeFocused();

  await page.keyboard.press('Control+i');
  await expect(steps).toHaveCount(0);
  await page.keyboard.press('Control+i');
  await page.setViewportSize({ width: 1_280, height: 800 });
  await expect(steps).toHaveCount(0);
  await expect(transcript).toBeVisible();
});
