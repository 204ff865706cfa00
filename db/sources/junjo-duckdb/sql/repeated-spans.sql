-- Spans that are in the file more than once, with the row that is kept.
CREATE OR REPLACE TEMP TABLE repeated_spans AS
SELECT lower(trace_id) AS trace_id, lower(span_id) AS span_id, min(row_key) AS kept, count(*) - 1 AS left_out
FROM whole.spans
WHERE trace_id IS NOT NULL AND span_id IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1
