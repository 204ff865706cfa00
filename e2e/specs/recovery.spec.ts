import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';
import { findChild, isAlive } from '../support/processes';

test.use({ locations: [corpus(20)] });

test('an engine that is killed comes back with what was open', async ({ page, kill, shell }) => {
  await new SourcesPanel(page).waitUntilRead('corpus-20');
  const killed = await kill('engine');
  await expect.poll(() => findChild(shell.pid, 'engine') ?? killed).not.toBe(killed);
  await new SourcesPanel(page).waitUntilRead('corpus-20');
  await new SessionsPage(page).open('sess_');
  await expect(page.getByRole('feed', { name: 'Transcript' })).toBeVisible();
});

test('a store process that is killed comes back, and its sqld does not stay', async ({
  kill,
  shell,
  page,
}) => {
  await expect.poll(() => findChild(shell.pid, 'sqld')).toBeDefined();
  const sqld = findChild(shell.pid, 'sqld') ?? 0;
  await kill('store');
  await expect.poll(() => isAlive(sqld)).toBe(false);
  await expect.poll(() => findChild(shell.pid, 'sqld')).toBeDefined();
  await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
});

test('an sqld that is killed is started again', async ({ kill, shell }) => {
  const killed = await kill('sqld');
  await expect.poll(() => findChild(shell.pid, 'sqld') ?? killed).not.toBe(killed);
});
