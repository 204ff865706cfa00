-- The turns of a conversation (?1), in order: one message each, with the score after it. The number is the row's place.
SELECT rowid, turn_number, speaker, "timestamp", message, convergence_score, response_time_ms, additional_metrics
FROM turns
WHERE conversation_id = ?1
ORDER BY turn_number
