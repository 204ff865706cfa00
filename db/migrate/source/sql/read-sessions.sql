-- Sessions to migrate, oldest first, placeholders for sessions that are gone last. Parameters: $after and $last (numbers).
SELECT o.no, o.session_id, epoch_us(s.created_at) AS created_at, s.num_timesteps, s.num_events, s.num_messages, s.metadata, s.experiment_id,
  o.is_placeholder, coalesce(f.steps, 0) AS steps, coalesce(f.events, 0) AS events, coalesce(f.messages, 0) AS messages,
  epoch_us(f.first_at) AS first_at, members(s.metadata) AS members,
  CASE WHEN NOT list_contains(json_extract_string(s.metadata, '$[*].metadata_type'), 'title')
    THEN coalesce(said(s.metadata, 'title'), said(s.metadata, 'name'), said(s.metadata, 'task')) END AS title
FROM session_order o
LEFT JOIN v2_session_traces s ON s.session_id = o.session_id AND NOT o.is_placeholder
LEFT JOIN session_facts f ON f.session_id = o.session_id
WHERE o.no > $after AND o.no <= $last ORDER BY o.no
