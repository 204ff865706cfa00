-- Steps to migrate, by id. Parameters: $after and $last (ids).
SELECT t.id AS no, t.session_id, t.step_id, t.step_index, epoch_us(t.timestamp) AS timestamp, t.num_events, t.num_messages, t.step_metadata,
  n.turn, members(t.step_metadata) AS members
FROM v2_session_timesteps t JOIN step_turns n ON n.id = t.id
WHERE t.id > $after AND t.id <= $last AND n.id > $after AND n.id <= $last AND n.is_wanted ORDER BY t.id
