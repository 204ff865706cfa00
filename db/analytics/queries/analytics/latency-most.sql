-- The slowest call by bucket, exact. Parameters: $start_slot, $slots (five minutes each), and those of the scope. Order: none.
SELECT (u.slot - $start_slot::INTEGER) // $slots::INTEGER AS bucket, max(u.latency_ms_max) AS max_ms
FROM
  /*{calls}*/ keyed.call_usage u
WHERE u.slot IS NOT NULL
GROUP BY bucket
