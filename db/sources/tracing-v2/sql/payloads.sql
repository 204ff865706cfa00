-- The large columns of tracing v2 events → event_payloads. Both metadata columns are kept, under their names where both say something.
SELECT
  coalesce(id, row_key) AS event_key,
  session_id,
  system_state_before AS state_before,
  system_state_after AS state_after,
  CASE WHEN event_metadata IS NULL OR event_metadata IN ('[]', '{}', 'null') THEN metadata
    WHEN metadata IS NULL THEN event_metadata
    WHEN TRY(json_valid(metadata) AND json_valid(event_metadata))
    THEN '{"metadata": ' || metadata || ', "event_metadata": ' || event_metadata || '}'
    ELSE metadata END AS metadata
FROM piece
WHERE session_id IS NOT NULL
  AND coalesce(system_state_before, system_state_after, metadata, event_metadata) IS NOT NULL
