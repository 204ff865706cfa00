-- tracing v2 events → events. Dollars as they stand. `timestep_id` is NULL in what v2 wrote: the step is named in one of the two metadata
-- columns, a list of {metadata_type, data} or an object, by its id, its index, its turn or its row.
WITH named AS (
  SELECT
    *,
    coalesce(
      'key ' || timestep_id,
      'id ' || coalesce(
        TRY(json_extract_string(metadata, '$[*].data.step_id')[1]), TRY(json_extract_string(metadata, '$.step_id')),
        TRY(json_extract_string(event_metadata, '$[*].data.step_id')[1]), TRY(json_extract_string(event_metadata, '$.step_id'))
      ),
      'index ' || coalesce(
        TRY(json_extract_string(metadata, '$[*].data.step_index')[1]), TRY(json_extract_string(metadata, '$.step_index')),
        TRY(json_extract_string(event_metadata, '$[*].data.step_index')[1]), TRY(json_extract_string(event_metadata, '$.step_index'))
      ),
      'turn ' || coalesce(
        TRY(json_extract_string(metadata, '$[*].data.turn_number')[1]), TRY(json_extract_string(metadata, '$.turn_number')),
        TRY(json_extract_string(metadata, '$[*].data.turn')[1]), TRY(json_extract_string(metadata, '$.turn')),
        TRY(json_extract_string(event_metadata, '$[*].data.turn_number')[1]), TRY(json_extract_string(event_metadata, '$.turn_number'))
      ),
      'key ' || coalesce(
        TRY(json_extract_string(metadata, '$[*].data.timestep_id')[1]), TRY(json_extract_string(metadata, '$.timestep_id'))
      )
    ) AS step_name
  FROM piece
  WHERE session_id IS NOT NULL
)
SELECT
  coalesce(e.id, e.row_key) AS event_key,
  e.session_id,
  s.step_key,
  CASE WHEN e.event_type IN ('cais', 'environment', 'runtime') THEN e.event_type
    WHEN e.event_type = 'lmcais' THEN 'cais' ELSE 'other' END AS event_type,
  CASE WHEN e.event_type NOT IN ('cais', 'environment', 'runtime') THEN e.event_type END AS name,
  nullif(e.system_instance_id, '') AS system_id,
  e.event_time AS occurred_at,
  e.message_time AS sequence,
  e.model_name AS model,
  e.provider,
  e.prompt_tokens AS input_tokens,
  e.completion_tokens AS output_tokens,
  e.total_tokens,
  CASE WHEN isfinite(e.cost) THEN e.cost END AS cost_usd,
  CASE WHEN isfinite(e.cost) THEN 'reported' WHEN e.event_type IN ('cais', 'lmcais') THEN 'unpriced' END AS cost_basis,
  CASE WHEN isfinite(e.latency_ms) THEN e.latency_ms END AS latency_ms,
  e.span_id,
  e.trace_id,
  e.reward,
  e.terminated,
  e.truncated,
  coalesce(
    TRY(json_extract_string(e.metadata, '$[*].data.error')[1]),
    TRY(json_extract_string(e.metadata, '$.error'))
  ) AS error
FROM named e
LEFT JOIN step_names s ON s.session_id = e.session_id AND s.name = e.step_name
