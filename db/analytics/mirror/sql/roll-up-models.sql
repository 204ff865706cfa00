-- Numbers the models, with their providers, of the events with figures from row $first on that have no number yet.
INSERT INTO call_models
SELECT (SELECT coalesce(max(model_no), 0) FROM call_models) + row_number() OVER (ORDER BY model, provider), model, provider
FROM (
  SELECT DISTINCT model, provider FROM events
  WHERE rowid >= $first AND (event_type = 'cais' OR cost_basis IS NOT NULL OR coalesce(total_tokens, input_tokens, output_tokens) IS NOT NULL)
  EXCEPT
  SELECT model, provider FROM call_models
);
