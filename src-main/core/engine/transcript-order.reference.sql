-- The order of a transcript said once more, in SQL: the test compares. Parameters: $source_id, $session_no. Order: position.
WITH steps AS (
  SELECT step_key, turn_number,
    row_number() OVER (ORDER BY step_index NULLS LAST, turn_number NULLS LAST, started_at NULLS LAST, step_key) AS step_order
  FROM keyed.timesteps
  WHERE source_id = $source_id AND session_no = $session_no
), light_events AS (
  SELECT event_key, step_key, occurred_at, sequence FROM keyed.events
  WHERE source_id = $source_id AND session_no = $session_no
), light_messages AS (
  SELECT message_key, step_key, occurred_at, sequence FROM keyed.messages
  WHERE source_id = $source_id AND session_no = $session_no
), light_rewards AS (
  -- A reward stands where its event or message stands; one that names only a turn, in the first step of that turn.
  SELECT r.reward_key, coalesce(e.step_key, m.step_key, by_turn.step_key) AS step_key,
    coalesce(e.occurred_at, m.occurred_at, r.created_at) AS occurred_at, coalesce(e.sequence, m.sequence) AS sequence
  FROM keyed.rewards r
  LEFT JOIN light_events e ON e.event_key = r.event_key
  LEFT JOIN light_messages m ON m.message_key = r.message_key
  LEFT JOIN (SELECT turn_number, arg_min(step_key, step_order) AS step_key FROM steps GROUP BY turn_number) by_turn
    ON by_turn.turn_number = r.turn_number AND r.scope = 'event'
  WHERE r.source_id = $source_id AND r.session_no = $session_no
), items AS (
  SELECT 'message' AS item, 1 AS kind_order, message_key AS key, step_key, occurred_at, sequence FROM light_messages
  UNION ALL
  SELECT 'event', 2, event_key, step_key, occurred_at, sequence FROM light_events
  UNION ALL
  SELECT 'reward', 3, reward_key, step_key, occurred_at, sequence FROM light_rewards
), placed AS (
  SELECT i.item, i.kind_order, i.key, s.step_key, s.step_order, i.occurred_at, i.sequence
  FROM items i
  LEFT JOIN steps s ON s.step_key = i.step_key
  UNION ALL
  SELECT 'step', 0, step_key, step_key, step_order, NULL, NULL FROM steps
  UNION ALL
  SELECT 'step', 0, NULL, NULL, NULL, NULL, NULL
  WHERE EXISTS (SELECT 1 FROM items i LEFT JOIN steps s ON s.step_key = i.step_key WHERE s.step_key IS NULL)
), ordered AS (
  SELECT item, key, step_key,
    row_number() OVER (ORDER BY step_order NULLS LAST, (item <> 'step'), occurred_at NULLS LAST, sequence NULLS LAST, kind_order, key) - 1 AS position
  FROM placed
)
SELECT item, key, step_key AS "stepKey" FROM ordered ORDER BY position
