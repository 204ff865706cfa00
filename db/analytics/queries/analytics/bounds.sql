-- First and last LM call of the scope, and how many have no time. Parameters: those of the scope. One row.
SELECT min(u.first_ms) AS first_ms, max(u.last_ms) AS last_ms, coalesce(sum(u.calls), 0) AS calls,
  coalesce(sum(u.calls) FILTER (u.slot IS NULL), 0) AS undated
FROM
  /*{calls}*/ keyed.call_usage u
