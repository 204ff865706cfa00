-- What is migrated, in its order, when `present_sessions(session_id)` is in the target already. Temporary tables of ids; the rows themselves
-- stay in the source. `no` numbers the rows of a table; for steps, events and messages it is the id that tracing v2 gave.
CREATE OR REPLACE TEMP TABLE session_facts AS
SELECT session_id, sum(steps)::BIGINT AS steps, sum(events)::BIGINT AS events, sum(messages)::BIGINT AS messages, min(first_at) AS first_at
FROM (
  SELECT session_id, count(*) AS steps, 0 AS events, 0 AS messages, min(timestamp) AS first_at FROM v2_session_timesteps GROUP BY ALL
  UNION ALL BY NAME
  SELECT session_id, 0 AS steps, count(*) AS events, 0 AS messages, min(event_time) AS first_at FROM v2_events GROUP BY session_id
  UNION ALL BY NAME
  SELECT session_id, 0 AS steps, 0 AS events, count(*) AS messages, min(coalesce(event_time, timestamp)) AS first_at FROM v2_messages GROUP BY session_id
) GROUP BY session_id;

CREATE OR REPLACE TEMP TABLE session_order AS
SELECT row_number() OVER (ORDER BY is_placeholder, created_at NULLS FIRST, session_id) AS no, session_id, is_placeholder
FROM (
  SELECT session_id, created_at, false AS is_placeholder FROM v2_session_traces
  UNION ALL
  SELECT session_id, first_at, true FROM session_facts WHERE session_id NOT IN (SELECT session_id FROM v2_session_traces)
) WHERE session_id NOT IN (SELECT session_id FROM present_sessions);

CREATE OR REPLACE TEMP TABLE step_turns AS
SELECT id, session_id, step_id, step_index,
  TRY_CAST(coalesce(said(step_metadata, 'turn_number'), said(step_metadata, 'turn')) AS BIGINT) AS turn,
  session_id IN (SELECT session_id FROM session_order) AS is_wanted
FROM v2_session_timesteps;

-- A turn names a step where one step of the session says so.
CREATE OR REPLACE TEMP TABLE turn_steps AS
SELECT session_id, turn, any_value(id) AS id FROM step_turns WHERE turn IS NOT NULL GROUP BY session_id, turn HAVING count(*) = 1;

CREATE OR REPLACE TEMP TABLE index_steps AS
SELECT session_id, step_index, any_value(id) AS id FROM step_turns GROUP BY session_id, step_index HAVING count(*) = 1;

CREATE OR REPLACE TEMP TABLE event_words AS
SELECT id, session_id, timestep_id AS own,
  coalesce(said(metadata, 'step_id'), said(event_metadata, 'step_id')) AS step_name,
  coalesce(said(metadata, 'timestep_id'), said(event_metadata, 'timestep_id')) AS step_row,
  coalesce(said(metadata, 'step_index'), said(event_metadata, 'step_index')) AS step_place,
  coalesce(said(metadata, 'turn_number'), said(metadata, 'turn'), said(event_metadata, 'turn_number'), said(event_metadata, 'turn')) AS turn,
  NULL::BIGINT AS sequence
FROM v2_events WHERE session_id IN (SELECT session_id FROM session_order);

-- Messages have no metadata of their own: what their content says, else the turn that they were numbered with.
CREATE OR REPLACE TEMP TABLE message_words AS
SELECT id, session_id, timestep_id AS own,
  CASE WHEN json_valid(content) THEN coalesce(json_extract_string(content, '$.step_id'), json_extract_string(content, '$.metadata.step_id'),
    json_extract_string(content, '$.content.step_id'), json_extract_string(content, '$.content.metadata.step_id')) END AS step_name,
  CASE WHEN json_valid(content) THEN coalesce(json_extract_string(content, '$.timestep_id'), json_extract_string(content, '$.metadata.timestep_id')) END AS step_row,
  NULL::VARCHAR AS step_place, NULL::VARCHAR AS turn, message_time AS sequence
FROM v2_messages WHERE session_id IN (SELECT session_id FROM session_order);

CREATE OR REPLACE TEMP MACRO steps_of(words) AS TABLE
SELECT w.id, coalesce(o.id, n.id, r.id, p.id, t.id, s.id) AS step,
  coalesce(o.id, n.id, r.id, p.id, t.id) IS NULL AND coalesce(w.own::VARCHAR, w.step_name, w.step_row, w.step_place, w.turn) IS NOT NULL AS is_lost
FROM query_table(words) w
LEFT JOIN step_turns o ON o.session_id = w.session_id AND o.id = w.own
LEFT JOIN step_turns n ON n.session_id = w.session_id AND n.step_id = coalesce(w.step_name, w.step_row)
LEFT JOIN step_turns r ON r.session_id = w.session_id AND r.id = TRY_CAST(w.step_row AS BIGINT)
LEFT JOIN index_steps p ON p.session_id = w.session_id AND p.step_index = TRY_CAST(w.step_place AS BIGINT)
LEFT JOIN turn_steps t ON t.session_id = w.session_id AND t.turn = TRY_CAST(w.turn AS BIGINT)
LEFT JOIN turn_steps s ON s.session_id = w.session_id AND s.turn = w.sequence;

CREATE OR REPLACE TEMP TABLE event_steps AS SELECT * FROM steps_of('event_words');
CREATE OR REPLACE TEMP TABLE message_steps AS SELECT * FROM steps_of('message_words');

CREATE OR REPLACE TEMP TABLE experiment_order AS
SELECT row_number() OVER (ORDER BY is_placeholder, id) AS no, id, is_placeholder FROM (
  SELECT id, false AS is_placeholder FROM v2_experiments
  UNION ALL
  SELECT DISTINCT s.experiment_id, true FROM v2_session_traces s JOIN session_order o USING (session_id)
  WHERE s.experiment_id IS NOT NULL AND s.experiment_id NOT IN (SELECT id FROM v2_experiments)
) WHERE id NOT IN (SELECT experiment_id FROM present_experiments);
CREATE OR REPLACE TEMP TABLE system_order AS
SELECT row_number() OVER (ORDER BY id) AS no, id FROM v2_systems WHERE id NOT IN (SELECT system_id FROM present_systems);
CREATE OR REPLACE TEMP TABLE version_order AS
SELECT row_number() OVER (ORDER BY id) AS no, id FROM v2_system_versions WHERE id NOT IN (SELECT version_id FROM present_versions);
CREATE OR REPLACE TEMP TABLE link_order AS
SELECT row_number() OVER (ORDER BY experiment_id, system_id, system_version_id) AS no, experiment_id, system_id, system_version_id
FROM v2_experimental_systems l
WHERE NOT EXISTS (FROM present_links p WHERE p.experiment_id = l.experiment_id AND p.system_id = l.system_id);
