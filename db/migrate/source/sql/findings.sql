-- What a reader of the report wants to know of the rows to migrate.
SELECT (SELECT count(*) FROM event_steps WHERE step IS NOT NULL) AS events_placed,
  (SELECT count(*) FROM event_steps WHERE is_lost) AS events_lost,
  (SELECT count(*) FROM message_steps WHERE step IS NOT NULL) AS messages_placed,
  (SELECT count(*) FROM message_steps WHERE is_lost) AS messages_lost,
  (SELECT count(*) FROM session_order WHERE is_placeholder) AS placeholder_sessions,
  (SELECT count(*) FROM experiment_order WHERE is_placeholder) AS placeholder_experiments
