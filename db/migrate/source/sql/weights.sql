-- How much text each row to migrate holds.
CREATE OR REPLACE TEMP VIEW experiments_weights AS SELECT no, 100 AS bytes FROM experiment_order;
CREATE OR REPLACE TEMP VIEW systems_weights AS SELECT no, 100 AS bytes FROM system_order;
CREATE OR REPLACE TEMP VIEW versions_weights AS SELECT no, 100 AS bytes FROM version_order;
CREATE OR REPLACE TEMP VIEW links_weights AS SELECT no, 100 AS bytes FROM link_order;
CREATE OR REPLACE TEMP VIEW sessions_weights AS
SELECT o.no, 200 + 2 * strlen(coalesce(s.metadata, '')) AS bytes FROM session_order o LEFT JOIN v2_session_traces s USING (session_id);
CREATE OR REPLACE TEMP VIEW timesteps_weights AS
SELECT id AS no, 200 + 2 * strlen(coalesce(step_metadata, '')) AS bytes
FROM v2_session_timesteps WHERE session_id IN (SELECT session_id FROM session_order);
CREATE OR REPLACE TEMP VIEW events_weights AS
SELECT e.id AS no, 500 + strlen(coalesce(system_state_before, '')) + strlen(coalesce(system_state_after, '')) + 2 * strlen(coalesce(metadata, ''))
  + 2 * strlen(coalesce(event_metadata, '')) AS bytes
FROM v2_events e JOIN event_steps w ON w.id = e.id;
CREATE OR REPLACE TEMP VIEW messages_weights AS
SELECT m.id AS no, 300 + 2 * strlen(content) AS bytes FROM v2_messages m JOIN message_steps w ON w.id = m.id;
