-- State patches that are in the file more than once (their ids are random, so a second ingestion repeats them), with the row that is kept.
CREATE OR REPLACE TEMP TABLE repeated_patches AS
SELECT lower(trace_id) AS trace_id, lower(span_id) AS span_id, event_time, patch_store_id, hash(patch_json) AS patch, min(row_key) AS kept,
  count(*) - 1 AS left_out
FROM whole.state_patches
WHERE trace_id IS NOT NULL AND span_id IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1
