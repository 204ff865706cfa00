-- Messages whose local times were corrected.
SELECT
  'messages' AS at,
  'Their times were naive local ones; set to UTC against the times of their turns (' || printf('%+.2f', -seconds / 3600.0) || ' hours).' AS message,
  sum(n) AS count
FROM time_shifts
JOIN (SELECT conversation_id, count(*) AS n FROM whole.messages GROUP BY conversation_id) USING (conversation_id)
GROUP BY seconds
ORDER BY seconds
