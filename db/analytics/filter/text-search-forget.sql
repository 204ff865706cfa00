-- Drops the results of one search. Parameters: $search_id.
DELETE FROM scratch.text_matches WHERE search_id = $search_id
