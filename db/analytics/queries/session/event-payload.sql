-- The large JSON of one event, each cut at $cut characters. Parameters: $source_id, $session_no, $event_key, $cut.
SELECT left(call_records, $cut::BIGINT) AS call_records, length(call_records) AS call_records_length,
  left(state_before, $cut::BIGINT) AS state_before, length(state_before) AS state_before_length,
  left(state_after, $cut::BIGINT) AS state_after, length(state_after) AS state_after_length,
  left(metadata, $cut::BIGINT) AS metadata, length(metadata) AS metadata_length
FROM keyed.event_payloads
WHERE source_id = $source_id AND session_no = $session_no AND event_key = $event_key
LIMIT 1
