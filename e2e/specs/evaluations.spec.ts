import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeZip } from '../../db/testing/zip';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';

const call = (content: string, input_tokens: number) => ({
  event: 'model',
  model: 'openai/gpt-4o',
  timestamp: '2025-01-01T10:00:01Z',
  input: [{ role: 'user', content: 'How much is 6 times 7?' }],
  output: {
    choices: [{ message: { role: 'assistant', content } }],
    usage: { input_tokens, output_tokens: 5, total_tokens: input_tokens + 5 },
  },
});

const sample = (id: string, value: string) => ({
  id,
  epoch: 1,
  input: 'How much is 6 times 7?',
  messages: [],
  events: [call('It is 42.', 1_000)],
  scores: { match: { value, answer: '42' } },
});

const header = {
  version: 2,
  status: 'success',
  eval: { eval_id: 'E1', task: 'sums', created: '2025-01-01T10:00:00Z', model: 'openai/gpt-4o' },
};

test('an Inspect log shows its samples with their scores and tokens', async ({ shell, page, folder }) => {
  const file = join(folder, 'sums.eval');
  writeFileSync(
    file,
    makeZip([
      { name: 'header.json', content: JSON.stringify(header) },
      { name: 'samples/a_epoch_1.json', content: JSON.stringify(sample('a', 'C')) },
      { name: 'samples/b_epoch_1.json', content: JSON.stringify(sample('b', 'I')) },
    ]),
  );
  const sessions = new SessionsPage(page);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('sums.eval');
  await expect(sessions.rows()).toHaveCount(2);
  await expect(sessions.totals).toContainText('2,010');
  await sessions.open('sums #a');
  const transcript = page.getByRole('feed', { name: 'Transcript' });
  await expect(transcript).toContainText('It is 42.');
  await expect(transcript).toContainText('C · answer: 42');
  await expect(transcript).toContainText('reward +1');
});

test('tau-bench results show the reward of each task in the list', async ({ shell, page, folder }) => {
  const file = join(folder, 'airline.json');
  const entry = (task_id: number, reward: number) => ({
    task_id,
    reward,
    info: { task: { instruction: 'You want to cancel.' }, user_cost: 0.25 },
    traj: [
      { role: 'user', content: 'Cancel it.' },
      { role: 'assistant', content: 'Done.' },
    ],
    trial: 0,
  });
  writeFileSync(file, JSON.stringify([entry(1, 1), entry(2, 0)]));
  const sessions = new SessionsPage(page);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('airline.json');
  await expect(
    sessions.row('Task 1 · You want to cancel.').getByRole('gridcell', { name: '1', exact: true }).last(),
  ).toBeVisible();
  await expect(sessions.totals).toContainText('0.5');
});
