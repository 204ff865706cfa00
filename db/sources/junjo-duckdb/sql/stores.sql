-- The workflow whose span has a store: what a patch belongs to.
CREATE OR REPLACE TEMP TABLE stores AS
SELECT
  lower(trace_id) AS trace_id,
  coalesce(nullif(junjo_wf_store_id, ''), TRY(json_extract_string(attributes, '$."junjo.workflow.store.id"'))) AS store_id,
  min(coalesce(nullif(junjo_id, ''), TRY(json_extract_string(attributes, '$."junjo.id"')))) AS workflow_id
FROM whole.spans
WHERE coalesce(nullif(junjo_wf_store_id, ''), TRY(json_extract_string(attributes, '$."junjo.workflow.store.id"'))) IS NOT NULL
GROUP BY ALL
