-- How many calls have a latency in each bin, by bucket (model_no NULL) and by model (bucket NULL), in one pass. Parameters: $start_slot,
-- $slots (five minutes each), and those of the scope. Order: none; both NULL: calls without a time.
WITH calls AS (
  SELECT (l.slot - $start_slot::INTEGER) // $slots::INTEGER AS bucket, l.model_no, l.bin
  FROM
    /*{latencies}*/ keyed.call_latencies l
), counted AS (
  SELECT bucket, model_no, bin, count(*)::INTEGER AS n
  FROM calls
  GROUP BY GROUPING SETS ((bucket, bin), (model_no, bin))
)
SELECT bucket, model_no, list(bin) AS bins, list(n) AS counts
FROM counted
GROUP BY bucket, model_no
