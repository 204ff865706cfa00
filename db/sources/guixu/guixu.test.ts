import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openAndRead, openTestWorkspace, rowsOf, temporaryFolder } from '../../analytics/workspace/fixture';
import { Database } from '../../duckdb';

const real = resolve(import.meta.dirname, '../../../../shared/data/guixu/traces.duckdb');

test.skipIf(!existsSync(real))(
  `a file with the tables and no row opens as an empty source${existsSync(real) ? '' : ' (skipped: ../shared/data is not beside this clone)'}`,
  async () => {
    await using folder = await temporaryFolder();
    await using workspace = await openTestWorkspace(folder.path);
    await openAndRead(workspace, real);
    expect(workspace.state().sources[0]).toMatchObject({
      format: 'guixu',
      state: 'ready',
      rows: {},
      error: null,
    });
  },
);

test('traces are sessions, spans that called a model or ran a tool are events, scores are rewards', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'traces.duckdb');
  {
    await using database = await Database.open({ path: file });
    await database.execute(`
      CREATE TABLE traces (trace_id VARCHAR, trace_name VARCHAR, session_id VARCHAR, source VARCHAR, first_span_time_us BIGINT,
        last_span_time_us BIGINT, metadata JSON);
      CREATE TABLE trace_spans (trace_id VARCHAR, span_id VARCHAR, parent_span_id VARCHAR, session_id VARCHAR, span_name VARCHAR,
        span_type VARCHAR, source VARCHAR, start_time_us BIGINT, end_time_us BIGINT, attributes JSON, input_tokens BIGINT,
        output_tokens BIGINT, model VARCHAR, error VARCHAR);
      CREATE TABLE trace_scores (score_id VARCHAR, trace_id VARCHAR, name VARCHAR, value DOUBLE, comment VARCHAR, source VARCHAR,
        created_at_us BIGINT);
      INSERT INTO traces VALUES ('t1', 'Answer', NULL, 'guixu', 1756713600500000, 1756713601500000, '{}');
      INSERT INTO trace_spans VALUES
        ('t1', 'a', NULL, NULL, 'answer', 'agent', 'guixu', 1756713600000001, 1756713602000000, '{}', 7, 3, 'gpt-4.1-mini', NULL),
        ('t1', 'b', 'a', NULL, 'chat', 'llm', 'guixu', 1756713600500000, 1756713601500000, '{"t": 1}', 7, 3, 'gpt-4.1-mini', NULL),
        ('t2', 'c', NULL, NULL, 'alone', 'tool', 'guixu', 1756713603000000, 1756713604000000, '{}', NULL, NULL, NULL, 'it broke'),
        ('t2', 'd', 'c', NULL, 'planned', 'agent', 'guixu', 1756713603100000, 1756713603900000, '{}', 5, NULL, NULL, NULL);
      INSERT INTO trace_scores VALUES ('s', 't1', 'helpful', 0.75, 'good', 'sdk', 1756713605000000);`);
  }
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(await rowsOf(workspace, 'SELECT * FROM sessions ORDER BY session_id')).toMatchObject([
    { session_id: 't1', title: 'Answer', status: 'completed', started_at: '2025-09-01 08:00:00.000001' },
    { session_id: 't2', title: 'alone', status: 'error', error: 'it broke' },
  ]);
  expect(await rowsOf(workspace, 'SELECT * FROM events ORDER BY span_id')).toMatchObject([
    {
      model: 'gpt-4.1-mini',
      input_tokens: '7',
      total_tokens: '10',
      latency_ms: 1000,
      cost_basis: 'priced',
      span_id: 'b',
    },
    { event_type: 'environment', name: 'alone', error: 'it broke', input_tokens: null, span_id: 'c' },
    { event_type: 'cais', name: 'planned', input_tokens: '5', total_tokens: '5', span_id: 'd' },
  ]);
  expect(await rowsOf(workspace, 'SELECT start_ns, status_code FROM spans ORDER BY span_id')).toMatchObject([
    { start_ns: '1756713600000001000', status_code: 'UNSET' },
    { status_code: 'UNSET' },
    { status_code: 'ERROR' },
    { status_code: 'UNSET' },
  ]);
  expect(await rowsOf(workspace, 'SELECT * FROM rewards')).toMatchObject([
    { reward_name: 'helpful', value: 0.75, created_at: '2025-09-01 08:00:05' },
  ]);
});
