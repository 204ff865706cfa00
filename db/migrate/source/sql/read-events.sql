-- Events to migrate, by id, with the step that their metadata names. Parameters: $after and $last (ids; said of both tables, so
-- that neither is read whole for each batch).
SELECT e.id AS no, e.session_id, w.step, e.timestep_id, e.event_type, e.system_instance_id, epoch_us(e.event_time) AS event_time, e.message_time,
  e.span_id, e.trace_id, e.model_name, e.provider, e.prompt_tokens, e.completion_tokens, e.total_tokens, e.cost, e.latency_ms, e.reward,
  e.terminated, e.system_state_before, e.system_state_after, e.metadata, e.event_metadata, members(e.metadata) AS members
FROM v2_events e JOIN event_steps w ON w.id = e.id
WHERE e.id > $after AND e.id <= $last AND w.id > $after AND w.id <= $last ORDER BY e.id
