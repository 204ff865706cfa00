-- The numbers of the rows: those that tracing v2 gave, else those of the source; anew where two rows would share one or 32 bits do not hold it.
CREATE OR REPLACE TEMP TABLE steps_v2 AS
WITH numbered AS (
  SELECT x.source_id, x.step_key, coalesce(whole_v2(kept_v2(x.metadata), '$.id'), x.step_key) AS id
  FROM timesteps x JOIN chosen_v2 c USING (source_id, session_id)
)
SELECT source_id, step_key, narrow(CASE WHEN (SELECT count(*) = count(DISTINCT id) AND max(id) <= 2147483647 AND min(id) >= 0 FROM numbered)
  THEN id ELSE row_number() OVER (ORDER BY source_id, step_key) END) AS id
FROM numbered;
CREATE OR REPLACE TEMP TABLE events_v2 AS
WITH numbered AS (
  SELECT x.source_id, x.event_key, coalesce(whole_v2(kept_v2(p.metadata), '$.id'), x.event_key) AS id
  FROM events x JOIN chosen_v2 c USING (source_id, session_id) LEFT JOIN event_payloads p USING (source_id, event_key)
)
SELECT source_id, event_key, narrow(CASE WHEN (SELECT count(*) = count(DISTINCT id) AND max(id) <= 2147483647 AND min(id) >= 0 FROM numbered)
  THEN id ELSE row_number() OVER (ORDER BY source_id, event_key) END) AS id
FROM numbered;
CREATE OR REPLACE TEMP TABLE messages_v2 AS
WITH numbered AS (
  SELECT x.source_id, x.message_key, coalesce(whole_v2(kept_v2(x.metadata), '$.id'), x.message_key) AS id
  FROM messages x JOIN chosen_v2 c USING (source_id, session_id)
)
SELECT source_id, message_key, narrow(CASE WHEN (SELECT count(*) = count(DISTINCT id) AND max(id) <= 2147483647 AND min(id) >= 0 FROM numbered)
  THEN id ELSE row_number() OVER (ORDER BY source_id, message_key) END) AS id
FROM numbered;
