-- The sums of calls that an export carries; their models have numbers. Parameters: $file.
INSERT INTO call_usage BY NAME
SELECT s.session_no, k.model_no, r.* EXCLUDE (session_id, model, provider)
FROM read_parquet($file) r
JOIN call_models k ON k.model IS NOT DISTINCT FROM r.model AND k.provider IS NOT DISTINCT FROM r.provider
LEFT JOIN sessions s USING (session_id)
