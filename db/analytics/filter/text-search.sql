-- Sessions with a message that holds $text (lower case), kept under $search_id for the lists that filter by it.
INSERT INTO scratch.text_matches
SELECT DISTINCT $search_id, m.source_id, m.session_id
FROM messages m
WHERE contains(lower(m.content), $text)
