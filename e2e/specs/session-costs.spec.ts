import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { Charts } from '../pages/session-charts';
import { basisCorpus, basisSessions } from '../pages/session-corpus';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';

const told: readonly [keyof typeof basisSessions, total: RegExp, basis: RegExp][] = [
  ['reported', /\$0\.12\s*\S*cost, reported/, /basis reported 60 calls/],
  ['belowOneCent', /< 1 ¢\s*cost, rounded/, /basis whole cents 60 calls/],
  ['unpriced', /–\s*cost, unpriced/, /basis unpriced 60 calls/],
  ['mixed', /≥\s*\$1\.20\s*cost, mixed/, /basis reported 30, whole cents 30 calls/],
];

test('dollars say on what ground they are known, and are never $0.00 for tokens', async ({
  page,
  shell,
  folder,
}) => {
  await shell.answerDialog(basisCorpus(join(folder, 'bases.db')));
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('bases');
  const sessions = new SessionsPage(page);
  for (const [name, total, basis] of told) {
    await sessions.filter.fill(basisSessions[name]);
    await sessions.filter.press('Enter');
    await expect(sessions.rows()).toHaveCount(1);
    await sessions.open(basisSessions[name]);
    const totals = page.getByRole('group', { name: 'Totals of the session' });
    await expect(totals, name).toHaveText(total);
    const costs = await new SessionPage(page).show('Costs');
    await expect(new Charts(costs).figure('Cost by step'), name).toHaveText(basis);
    await expect(costs.getByRole('region', { name: 'By model' }), name).not.toContainText('$0.00 ');
    await page.keyboard.press('Escape');
    await expect(sessions.grid).toBeVisible();
  }
});

test('a chart is read, zoomed and left for a step by mouse and keyboard', async ({ page, shell, folder }) => {
  await shell.answerDialog(basisCorpus(join(folder, 'bases.db')));
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('bases');
  await new SessionsPage(page).open(basisSessions.reported);
  const session = new SessionPage(page);
  const charts = new Charts(await session.show('Costs'));
  const title = 'Tokens by step';
  await charts.plot(title).focus();
  await page.keyboard.press('Home');
  await expect(charts.figure(title).getByRole('status')).toHaveText(/^step \d+: input [\d,]+/);
  await page.keyboard.press('Escape');

  await charts.brush(page, title, 0.2, 0.6);
  await expect.poll(() => page.url()).toContain('x0=');
  await expect(page.getByRole('button', { name: 'Reset zoom' })).toHaveCount(4);
  await charts.click(page, 'Cost by step', 0.4, 2);
  await expect.poll(() => page.url()).not.toContain('x0=');

  await charts
    .figure(title)
    .getByRole('button', { name: `Show query of ${title}` })
    .click();
  await expect(page.getByRole('dialog', { name: `Query of ${title}` })).toContainText('SELECT');
  await page.keyboard.press('Escape');

  await charts.plot(title).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(session.transcript).toBeFocused();
  await expect.poll(() => page.url()).toContain('step=');
  await session.show('Costs');
  await charts.click(page, 'Cost by step', 0.5);
  await expect(session.transcript).toBeVisible();
});
