import { expect, test } from '../fixtures';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { ask, corpus, pidginFolder } from '../support/corpora';

const first = 'sess_00000000';

test.describe('a session of a tracing v3 file', () => {
  test.use({ locations: [corpus(20)] });
  test('shows the figures that SQLite computes, tab by tab', async ({ page }) => {
    await new SourcesPanel(page).waitUntilRead('corpus-20');
    await new SessionsPage(page).open(first);
    const session = new SessionPage(page);
    const { events, tokens } = ask(
      corpus(20),
      'SELECT count(*) AS events, sum(total_tokens) AS tokens FROM events WHERE session_id = ?',
      first,
    );
    await expect(page.getByRole('main')).toContainText(`${events}`);
    await expect(page.getByRole('main')).toContainText(Number(tokens).toLocaleString('en-US'));
    await expect(session.transcript).toContainText('Observation 0');
    await expect((await session.show('Timeline')).getByRole('img').first()).toBeVisible();
    const costs = await session.show('Costs');
    await expect(costs).toContainText('gpt-5-nano');
    await expect((await session.show('Convergence')).getByRole('figure').first()).toBeVisible();
    await expect((await session.show('Rows')).getByRole('table').first()).toBeVisible();
  });
});

test.describe('a Pidgin conversation', () => {
  test.use({ locations: [pidginFolder] });
  test('shows its recorded and computed convergence as one line', async ({ page }) => {
    const sessions = new SessionsPage(page);
    await expect(sessions.rows()).toHaveCount(3);
    await sessions.open(/spiral-wave|patient-thread/);
    const panel = await new SessionPage(page).show('Convergence');
    const chart = panel.getByRole('figure', { name: /profile structural/ });
    // One line for both: a recorded score that differs would be a series of its own.
    await expect(chart.getByRole('img')).toHaveAccessibleName(/\. recorded = computed: 0\.\d+ to /);
    await expect(chart.getByRole('columnheader')).toHaveText([
      'turn',
      'recorded = computed',
      'rolling 5',
      'rolling 10',
    ]);
    await expect(chart).toContainText(/[1-9]\d* recorded and reproduced/);
    await expect(panel).not.toContainText('differ');
  });
});

test.describe('analytics', () => {
  test.use({ locations: [corpus(20)] });
  test('draws its charts', async ({ page }) => {
    await new SourcesPanel(page).waitUntilRead('corpus-20');
    await new SourcesPanel(page).screen('Analytics').click();
    const charts = page.getByRole('region', { name: 'Charts' }).getByRole('figure');
    await expect(charts.first()).toBeVisible();
    expect(await charts.count()).toBeGreaterThan(3);
    await expect(page.getByRole('main')).toContainText('gpt-5-nano');
  });
});
