-- Who said what in which turn, each text cut at 20,000 characters: the input of the convergence score. Parameters: $source_id,
-- $session_no. Order: as the transcript's. A message without a step continues the turn before it.
SELECT m.role, m.author, left(m.content, 20000) AS text, coalesce(t.turn_number, t.step_index) AS turn, m.step_key
FROM keyed.messages m
LEFT JOIN keyed.timesteps t ON t.source_id = $source_id AND t.session_no = $session_no AND t.step_key = m.step_key
WHERE m.source_id = $source_id AND m.session_no = $session_no
ORDER BY coalesce(t.turn_number, t.step_index) NULLS LAST, m.occurred_at NULLS LAST, m.sequence NULLS LAST, m.message_key
LIMIT 10000
