-- The highest id of each numbered table to migrate; 0 where there is none.
SELECT (SELECT coalesce(max(no), 0) FROM timesteps_weights) AS session_timesteps, (SELECT coalesce(max(no), 0) FROM events_weights) AS events,
  (SELECT coalesce(max(no), 0) FROM messages_weights) AS messages, (SELECT coalesce(max(no), 0) FROM links_weights) AS experimental_systems
