import { expect, test } from '../fixtures';
import { Charts } from '../pages/session-charts';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { ask, corpusS } from '../support/corpora';

function figure(value: number | string | null | undefined): string {
  return Number(value).toLocaleString('en-US');
}

test.use({ locations: [corpusS()] });

test('every tab of a session of S shows what SQLite computes', async ({ page }) => {
  await new SourcesPanel(page).waitUntilRead('corpus-200');
  const sessions = new SessionsPage(page);
  const id = `${ask(corpusS(), 'SELECT max(session_id) AS id FROM outcome_rewards').id}`;
  await sessions.filter.fill(id);
  await sessions.filter.press('Enter');
  await expect(sessions.rows()).toHaveCount(1);
  await sessions.open(id);
  const session = new SessionPage(page);
  const of = (sql: string) => ask(corpusS(), sql, id);

  const sums = of(
    `SELECT count(*) AS events, sum(total_tokens) AS tokens, sum(event_type = 'cais') AS calls,
      sum(coalesce(json_extract(call_records, '$[0].usage.cost_usd'), cost_usd / 100.0)) AS dollars
     FROM events WHERE session_id = ?`,
  );
  const { steps } = of('SELECT count(*) AS steps FROM session_timesteps WHERE session_id = ?');
  const { messages } = of('SELECT count(*) AS messages FROM messages WHERE session_id = ?');
  const { reward } = of('SELECT total_reward AS reward FROM outcome_rewards WHERE session_id = ?');
  const totals = page.getByRole('group', { name: 'Totals of the session' });
  await expect(totals).toHaveText(
    new RegExp(
      `${figure(steps)}\\s*steps\\s*${figure(sums.events)}\\s*events\\s*${figure(messages)}\\s*messages\\s*` +
        `${figure(sums.tokens)}\\s*tokens\\s*≥\\s*\\$${Number(sums.dollars).toFixed(4)}\\s*cost, mixed.*${figure(reward)}\\s*reward`,
    ),
  );

  const step = of(
    `SELECT t.step_id AS name, count(e.id) AS events, sum(e.total_tokens) AS tokens,
      (SELECT count(*) FROM messages m WHERE m.timestep_id = t.id) AS messages
     FROM session_timesteps t JOIN events e ON e.timestep_id = t.id WHERE t.session_id = ?
     GROUP BY t.id ORDER BY t.step_index LIMIT 1`,
  );
  const head = session.transcript.getByRole('article').first();
  for (const text of [
    `${step.name}`,
    `${step.events} events`,
    `${step.messages} messages`,
    `${figure(step.tokens)} tok`,
  ])
    await expect(head).toContainText(text);

  const timeline = await session.show('Timeline');
  await expect(timeline.getByRole('img').first()).toHaveAccessibleName(
    new RegExp(`^Timeline of ${Number(steps) + Number(sums.events) + Number(messages)} bars`),
  );

  const costs = await session.show('Costs');
  const byModel = of(
    `SELECT model_name AS model, count(*) AS calls, sum(input_tokens) AS input, sum(output_tokens) AS output
     FROM events WHERE session_id = ? AND event_type = 'cais' GROUP BY 1 ORDER BY 1 LIMIT 1`,
  );
  const row = costs.getByRole('region', { name: 'By model' }).getByRole('row', { name: `${byModel.model}` });
  for (const value of [byModel.calls, byModel.input, byModel.output])
    await expect(row.getByRole('cell', { name: figure(value), exact: true })).toBeVisible();
  await expect(costs).toContainText(`n ${figure(sums.calls)} calls`);
  const charts = new Charts(costs);
  const inputs = await charts.column('Tokens by step', 'input');
  const { list } = of(
    `SELECT group_concat(input, ' ') AS list FROM (SELECT sum(e.input_tokens) AS input FROM session_timesteps t
      JOIN events e ON e.timestep_id = t.id WHERE t.session_id = ? GROUP BY t.id ORDER BY t.step_index)`,
  );
  const expected = `${list}`.split(' ').map(Number);
  expect(inputs.slice(0, expected.length).map((text) => Number(text.replaceAll(/[^0-9]/g, '')))).toEqual(
    expected,
  );

  const convergence = await session.show('Convergence');
  const rewards = await new Charts(convergence).column('Reward by step', 'reward');
  const { known } = of(
    `SELECT count(DISTINCT timestep_id) AS known FROM events WHERE session_id = ? AND reward IS NOT NULL`,
  );
  expect(rewards.filter((text) => text !== '–')).toHaveLength(Number(known));
  await expect(convergence).toContainText(`n ${known} steps`);

  const rows = await session.show('Rows');
  // A page has fifty.
  const shown = (count: unknown) => `1 to ${Math.min(50, Number(count))} of ${count}`;
  await expect(rows).toContainText(shown(sums.events));
  await rows.getByRole('button', { name: 'messages', exact: true }).click();
  await expect(rows).toContainText(shown(messages));
  const { content } = of('SELECT content FROM messages WHERE session_id = ? ORDER BY id LIMIT 1');
  await rows
    .getByRole('table')
    .getByRole('button', { name: `${content}`.slice(0, 40) })
    .first()
    .click();
  await expect(rows.getByRole('complementary', { name: 'Value' })).toContainText(`${content}`);
  await page.keyboard.press('Escape');
  await expect(rows.getByRole('complementary', { name: 'Value' })).toHaveCount(0);
});
