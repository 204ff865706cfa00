-- How far a conversation's messages are from the UTC times of its turns, in seconds: older writers gave them naive local times. A shift is
-- a whole number of quarter hours; anything else is no time zone and stays.
CREATE OR REPLACE TEMP TABLE time_shifts AS
WITH differences AS (
  SELECT m.conversation_id, median(epoch(m."timestamp") - epoch(t."timestamp")) AS seconds
  FROM whole.messages m
  JOIN whole.turn_metrics t USING (conversation_id, turn_number)
  WHERE m."timestamp" IS NOT NULL AND t."timestamp" IS NOT NULL
  GROUP BY m.conversation_id
)
SELECT conversation_id, CAST(round(seconds / 900) * 900 AS BIGINT) AS seconds
FROM differences
WHERE abs(round(seconds / 900) * 900) BETWEEN 900 AND 50400 AND abs(seconds - round(seconds / 900) * 900) < 300
