-- First and last LM call of the scope, and how many have no time. Parameters: those of the scope. One row.
SELECT epoch_ms(min(e.occurred_at)) AS first_ms, epoch_ms(max(e.occurred_at)) AS last_ms,
  count(*) AS calls, count(*) - count(e.occurred_at) AS undated
FROM keyed.events e
WHERE e.event_type = 'cais'
  AND
  /*{scope}*/ TRUE
