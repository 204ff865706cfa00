-- Guixu's traces → sessions: what `traces` says of them, else what their spans do. Spans tell the times: `traces` keeps the last beginning and
-- the first end.
WITH spans AS (
  SELECT
    trace_id,
    first(span_name ORDER BY parent_span_id IS NOT NULL, start_time, row_key) AS name,
    min(start_time) AS started_at,
    max(end_time) AS ended_at,
    first(error ORDER BY parent_span_id IS NOT NULL, start_time, row_key) AS error,
    min(row_key) AS place
  FROM whole.trace_spans WHERE trace_id IS NOT NULL GROUP BY trace_id
),
said AS (
  SELECT trace_id, min(trace_name) AS name, min(started_at) AS started_at, max(ended_at) AS ended_at, min(metadata) AS metadata,
    min(row_key) AS place
  FROM whole.traces WHERE trace_id IS NOT NULL GROUP BY trace_id
)
SELECT
  trace_id AS session_id,
  'trace' AS kind,
  coalesce(said.name, spans.name) AS title,
  CASE WHEN spans.error IS NULL THEN 'completed' ELSE 'error' END AS status,
  coalesce(spans.started_at, said.started_at) AS created_at,
  coalesce(spans.started_at, said.started_at) AS started_at,
  coalesce(spans.ended_at, said.ended_at) AS ended_at,
  spans.error,
  said.metadata,
  row_number() OVER (ORDER BY said.place NULLS LAST, spans.place) AS session_no
FROM said FULL JOIN spans USING (trace_id)
ORDER BY started_at DESC, trace_id
