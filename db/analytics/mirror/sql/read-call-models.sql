-- Numbers the models, with their providers, of the calls that an export has summed. Parameters: $file.
INSERT INTO call_models
SELECT row_number() OVER (ORDER BY model, provider), model, provider
FROM (SELECT DISTINCT model, provider FROM read_parquet($file))
