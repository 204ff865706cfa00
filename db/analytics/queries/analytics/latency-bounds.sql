-- First and last event with figures of the scope, and how many are LM calls: what `bounds.sql` says too, without what they cost, in half its
-- time. Parameters: those of the scope. One row.
SELECT min(u.first_ms) AS first_ms, max(u.last_ms) AS last_ms, coalesce(sum(u.calls), 0) AS calls
FROM
  /*{calls}*/ keyed.call_usage u
