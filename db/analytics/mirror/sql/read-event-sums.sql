-- What the events of sessions add up to, as an export carries it. Parameters: $file.
INSERT INTO event_sums BY NAME
SELECT s.session_no, r.* EXCLUDE (session_id)
FROM read_parquet($file) r
JOIN sessions s USING (session_id)
