-- Names of experiments. Parameters: $ids. Order: none.
SELECT experiment_id, any_value(name) AS name
FROM experiments
WHERE name IS NOT NULL AND experiment_id IN (SELECT unnest($ids::VARCHAR[]))
GROUP BY experiment_id
