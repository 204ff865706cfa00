-- Adds an event. Parameters: its columns.
INSERT INTO events (id, session_id, timestep_id, event_type, system_instance_id, event_time, message_time, created_at, model_name, provider,
  input_tokens, output_tokens, total_tokens, cost_usd, latency_ms, span_id, trace_id, call_records, reward, terminated, system_state_before,
  system_state_after, metadata, event_metadata)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)
