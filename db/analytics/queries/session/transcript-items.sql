-- What the transcript of a session consists of, without contents. Parameters: $source_id, $session_no. Order: none; `transcript-order.ts`
-- puts them in order, which is quicker than five joins and three windows for the few hundred items of most sessions.
-- `at_us`: microseconds since 1970. `sequence`: of a step its index. A reward names the event, the message or the turn that it stands with.
SELECT 'step' AS item, step_key AS key, step_key, epoch_us(started_at)::DOUBLE AS at_us, step_index::BIGINT AS sequence, turn_number,
  NULL::BIGINT AS event_key, NULL::BIGINT AS message_key, FALSE AS is_environment
FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no
UNION ALL
SELECT 'message', message_key, step_key, epoch_us(occurred_at)::DOUBLE, sequence, NULL, NULL, NULL, FALSE
FROM keyed.messages WHERE source_id = $source_id AND session_no = $session_no
UNION ALL
SELECT 'event', event_key, step_key, epoch_us(occurred_at)::DOUBLE, sequence, NULL, NULL, NULL, event_type = 'environment'
FROM keyed.events WHERE source_id = $source_id AND session_no = $session_no
UNION ALL
SELECT 'reward', reward_key, NULL, epoch_us(created_at)::DOUBLE, NULL, CASE WHEN scope = 'event' THEN turn_number END, event_key, message_key, FALSE
FROM keyed.rewards WHERE source_id = $source_id AND session_no = $session_no
