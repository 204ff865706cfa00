-- How many calls have a latency in each bin, by bucket. Parameters: $start_slot, $slots (five minutes each), and those of the scope.
-- Order: none; bucket NULL: calls without a time.
WITH counted AS (
  SELECT (l.slot - $start_slot::INTEGER) // $slots::INTEGER AS bucket, l.bin, count(*)::INTEGER AS n
  FROM
    /*{latencies}*/ keyed.call_latencies l
  GROUP BY bucket, l.bin
)
SELECT bucket, list(bin) AS bins, list(n) AS counts
FROM counted
GROUP BY bucket
