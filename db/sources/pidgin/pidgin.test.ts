import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRuns, carriedRuns, hasAllRuns, needsAllRuns } from '../../testing/pidgin-runs';
import { readAll } from '../read-all';

describe('the Pidgin reader', () => {
  it.skipIf(!hasAllRuns)(
    `finds each conversation of all experiments, whatever their manifests say${needsAllRuns}`,
    async () => {
      const { rows, warnings } = await readAll(join(allRuns, 'experiments'));
      expect(rows('sessions')).toHaveLength(38);
      expect(rows('timesteps')).toHaveLength(101);
      expect(rows('experiments')).toHaveLength(41);
      // Three of them stand in a run that calls itself completed and carries an error.
      const status = rows('sessions').map((session) => session.status);
      expect(status.filter((one) => one === 'error')).toHaveLength(3);
      expect(status.filter((one) => one === 'completed')).toHaveLength(35);
      const said = warnings.map(({ message }) => message.replace(/conv_.*/, '…'));
      expect([...new Set(said)].sort()).toEqual([
        'Messages carry local times without a zone; they were 7 h behind UTC and are corrected.',
        'The manifest names conversations that have no events file: …',
      ]);
    },
  );

  it('finds each conversation of three real experiments', async () => {
    const { rows } = await readAll(carriedRuns);
    expect(rows('sessions')).toHaveLength(3);
    expect(rows('timesteps')).toHaveLength(12);
    expect(rows('sessions')?.every(({ status }) => status === 'completed')).toBe(true);
  });

  it('computes exactly the convergence scores that were recorded, outside experiments too', async () => {
    const { rows } = await readAll(hasAllRuns ? allRuns : carriedRuns);
    const recorded = rows('turn_metrics').filter((row) => row.convergence_recorded !== null);
    expect(recorded).toHaveLength(hasAllRuns ? 108 : 12);
    expect(recorded.filter((row) => row.convergence_score !== row.convergence_recorded)).toEqual([]);
    const turns = rows('turn_metrics').map(({ session_id, turn_number }) => `${session_id} ${turn_number}`);
    expect(new Set(turns).size).toBe(turns.length);
  });

  it.skipIf(!hasAllRuns)(
    `counts the tokens of each call once, at the message they follow${needsAllRuns}`,
    async () => {
      const { rows } = await readAll(
        join(allRuns, 'experiments/experiment_3b809c94_test-tokens-display_2025-08-05'),
      );
      const calls = rows('events')?.filter(({ event_type }) => event_type === 'cais') ?? [];
      expect(calls).toHaveLength(6);
      const sum = (column: string) => calls.reduce((total, row) => total + Number(row[column]), 0);
      expect([sum('input_tokens'), sum('output_tokens')]).toEqual([938, 376]);
      expect(calls.every(({ cost_basis }) => cost_basis === 'priced')).toBe(true);
      expect(calls[0]?.occurred_at).toBe('2025-08-05T18:52:21.272469');
    },
  );

  it.skipIf(!hasAllRuns)(
    `opens one events file of the older shape with its fields below 'data'${needsAllRuns}`,
    async () => {
      const { rows } = await readAll(join(allRuns, 'conversations/2025-06-16/113151_54w85/events.jsonl'));
      expect(rows('sessions')).toHaveLength(1);
      expect(rows('messages')?.length).toBeGreaterThan(2);
    },
  );

  it('leaves other files alone', async () => {
    for (const place of [import.meta.filename, import.meta.dirname])
      await expect(readAll(place)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  });
});
