-- The bins of the calls' latencies by bucket, two bytes of UTF-8 a call (`roll-up-tables.sql`), with the slowest call, exact.
-- Parameters: $start_slot, $slots (five minutes each), and those of the scope. Order: none.
SELECT (u.slot - $start_slot::INTEGER) // $slots::INTEGER AS bucket, encode(string_agg(u.bins, '')) AS bins, max(u.latency_ms_max) AS max_ms,
  sum(u.latencies) AS n
FROM
  /*{calls}*/ keyed.call_usage u
WHERE u.slot IS NOT NULL AND u.bins IS NOT NULL
GROUP BY bucket
