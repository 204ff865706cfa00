-- Numbers the models, with their providers, of the calls from row $first on that have no number yet.
INSERT INTO call_models
SELECT (SELECT coalesce(max(model_no), 0) FROM call_models) + row_number() OVER (ORDER BY model, provider), model, provider
FROM (
  SELECT DISTINCT model, provider FROM events WHERE rowid >= $first AND event_type = 'cais'
  EXCEPT
  SELECT model, provider FROM call_models
);
