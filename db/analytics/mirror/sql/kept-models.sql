-- `roll-up-models.sql` for every event with figures, from the parts of `kept-parts.sql`. No parameters.
INSERT INTO call_models
SELECT row_number() OVER (ORDER BY model, provider), model, provider
FROM (SELECT DISTINCT model, provider FROM event_parts WHERE is_counted)
