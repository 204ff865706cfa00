-- What the header of a session shows beside its list row. Parameters: $source_id, $session_id, $session_no.
SELECT s.metadata, s.experiment_id, x.name AS experiment_name,
  EXISTS (SELECT 1 FROM keyed.messages m WHERE m.source_id = $source_id AND m.session_no = $session_no) AS has_messages,
  EXISTS (SELECT 1 FROM keyed.spans p WHERE p.source_id = $source_id AND p.session_no = $session_no) AS has_spans,
  EXISTS (SELECT 1 FROM keyed.rewards r WHERE r.source_id = $source_id AND r.session_no = $session_no)
    OR EXISTS (SELECT 1 FROM keyed.events e WHERE e.source_id = $source_id AND e.session_no = $session_no AND e.reward IS NOT NULL) AS has_rewards,
  EXISTS (SELECT 1 FROM keyed.turn_metrics c WHERE c.source_id = $source_id AND c.session_no = $session_no) AS has_turns,
  EXISTS (SELECT 1 FROM keyed.events e WHERE e.source_id = $source_id AND e.session_no = $session_no AND e.cost_basis IS NOT NULL) AS has_cost
FROM keyed.sessions s
LEFT JOIN experiments x ON x.source_id = s.source_id AND x.experiment_id = s.experiment_id
WHERE s.source_id = $source_id AND s.session_id = $session_id AND s.session_no = $session_no
LIMIT 1
