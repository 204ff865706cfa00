-- Sessions of the demo, with how many rows each has about. Parameters: none. Order: none.
SELECT session_id, coalesce(num_events, 0) + coalesce(num_messages, 0) + coalesce(num_timesteps, 0) AS n
FROM session_traces
WHERE json_valid(metadata) AND metadata ->> 'demo' = 1;
