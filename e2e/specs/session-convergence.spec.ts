import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { Charts } from '../pages/session-charts';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { pidginFolder } from '../support/corpora';

test.use({ locations: [pidginFolder] });

/** What Pidgin itself wrote, in the order of the turns. */
function recorded(run: string): number[] {
  const folder = join(pidginFolder, readdirSync(pidginFolder).find((name) => name.startsWith(run)) ?? '');
  const file = readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '';
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const score = /"convergence_score": ?([0-9.]+)/.exec(line)?.[1];
    return score === undefined ? [] : [Number(score)];
  });
}

function rolling(values: readonly number[], window: number): number[] {
  return values.map((_, at) => {
    const seen = values.slice(Math.max(0, at - window + 1), at + 1);
    return seen.reduce((sum, value) => sum + value, 0) / seen.length;
  });
}

const runs = [
  ['patient-thread', 'stable'],
  ['spiral-wave', 'increasing'],
] as const;

for (const [run, trend] of runs) {
  test(`the scores of ${run} are recorded and computed as one line`, async ({ page }) => {
    await new SourcesPanel(page).waitUntilRead('pidgin');
    await new SessionsPage(page).open(run);
    const panel = await new SessionPage(page).show('Convergence');
    const charts = new Charts(panel);
    const title = 'Convergence score by turn, profile structural';
    await expect(charts.figure(title)).toContainText('profile structural');
    const expected = recorded(run);
    const read = async (series: string) => (await charts.column(title, series)).map(Number);
    expect(await read('recorded = computed')).toEqual(expected);
    for (const window of [5, 10]) {
      const values = await read(`rolling ${window}`);
      const means = rolling(expected, window);
      expect(values).toHaveLength(means.length);
      for (const [at, mean] of means.entries()) expect(values[at]).toBeCloseTo(mean, 1);
    }
    await expect(charts.figure(title)).toContainText(`${expected.length} recorded and reproduced`);
    await expect(panel).toContainText(`trend ${trend}`);

    await panel.getByRole('combobox', { name: 'Profile' }).selectOption('semantic');
    await expect(charts.figure('Convergence score by turn, profile semantic')).toContainText('differ');
    await expect(panel).toContainText(/\d+ turns? differs? from the record/);
    await expect.poll(() => page.url()).toContain('profile=semantic');
  });
}

test('the two sides of a conversation differ by name and by hue', async ({ page }) => {
  await new SourcesPanel(page).waitUntilRead('pidgin');
  await new SessionsPage(page).open('patient-thread');
  const { transcript } = new SessionPage(page);
  const hue = (name: string) =>
    transcript
      .getByText(name, { exact: true })
      .first()
      .evaluate((element) => getComputedStyle(element).color);
  expect(await hue('agent_a')).not.toBe(await hue('agent_b'));
});
