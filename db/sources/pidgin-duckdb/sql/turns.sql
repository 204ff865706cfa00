-- The turns of every conversation, from its messages and its metrics, with a key each.
CREATE OR REPLACE TEMP TABLE turns AS
WITH named AS (
  SELECT conversation_id, turn_number, min("timestamp") AS first_message
  FROM whole.messages WHERE turn_number IS NOT NULL AND conversation_id IS NOT NULL GROUP BY ALL
),
measured AS (
  SELECT conversation_id, turn_number, min(turn_start_time) AS started_at, max(coalesce(turn_end_time, "timestamp")) AS completed_at
  FROM whole.turn_metrics WHERE turn_number IS NOT NULL AND conversation_id IS NOT NULL GROUP BY ALL
)
SELECT
  row_number() OVER (ORDER BY conversation_id, turn_number) AS step_key,
  conversation_id,
  turn_number,
  row_number() OVER (PARTITION BY conversation_id ORDER BY turn_number) - 1 AS step_index,
  coalesce(m.started_at, n.first_message - to_seconds(coalesce(s.seconds, 0))) AS started_at,
  m.completed_at
FROM named n
FULL JOIN measured m USING (conversation_id, turn_number)
LEFT JOIN time_shifts s USING (conversation_id)
