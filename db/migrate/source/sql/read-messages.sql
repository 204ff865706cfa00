-- Messages to migrate, by id, with the step that their content names. Parameters: $after and $last (ids).
SELECT m.id AS no, m.session_id, w.step, m.timestep_id, m.message_type, m.content, epoch_us(m.timestamp) AS timestamp,
  epoch_us(m.event_time) AS event_time, m.message_time
FROM v2_messages m JOIN message_steps w ON w.id = m.id
WHERE m.id > $after AND m.id <= $last AND w.id > $after AND w.id <= $last ORDER BY m.id
