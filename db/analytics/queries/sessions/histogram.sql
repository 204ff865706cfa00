-- Sessions over time in $buckets equal buckets from the first to the last. Parameters: $buckets, and those of the scope.
-- One row a bucket that holds something, with the bounds in each; bucket NULL: sessions without a time.
WITH scoped AS (
  SELECT epoch_ms(coalesce(s.created_at, s.started_at, t.first_at)) AS at_ms,
    coalesce(t.errors, 0) > 0 OR s.error IS NOT NULL OR s.status = 'error' AS has_error
  FROM keyed.sessions s
  LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
  WHERE
    /*{scope}*/ TRUE
), bounds AS (
  SELECT min(at_ms) AS first_ms, max(at_ms) AS last_ms FROM scoped
)
SELECT ((at_ms - first_ms) * $buckets) // (last_ms - first_ms + 1) AS bucket, any_value(first_ms) AS first_ms, any_value(last_ms) AS last_ms,
  count(*) AS sessions, count_if(has_error) AS errors
FROM scoped CROSS JOIN bounds
GROUP BY bucket
ORDER BY bucket
