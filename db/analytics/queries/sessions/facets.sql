-- How many sessions of the scope have each value of the fields asked for. Parameters: $fields, $limit (values a field), and those of the
-- scope. `distinct_values` counts all of a field. Order: most sessions first within a field.
WITH scoped AS MATERIALIZED (
  SELECT s.source_id, s.kind, s.status, s.experiment_id, t.models, t.providers, t.systems
  FROM keyed.sessions s
  LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
  WHERE
    /*{scope}*/ TRUE
), plain AS (
  SELECT source_id, kind, status, experiment_id, count(*) AS sessions FROM scoped GROUP BY source_id, kind, status, experiment_id
), named AS (
  SELECT models, providers, systems, count(*) AS sessions FROM scoped GROUP BY models, providers, systems
), every AS (
  SELECT 'source' AS field, source_id AS value, sessions FROM plain
  UNION ALL SELECT 'kind', kind, sessions FROM plain
  UNION ALL SELECT 'status', status, sessions FROM plain
  UNION ALL SELECT 'experiment', experiment_id, sessions FROM plain
  UNION ALL SELECT 'model', unnest(models), sessions FROM named
  UNION ALL SELECT 'provider', unnest(providers), sessions FROM named
  UNION ALL SELECT 'system', unnest(systems), sessions FROM named
), counted AS (
  SELECT field, value, sum(sessions) AS sessions
  FROM every
  WHERE value IS NOT NULL AND list_contains($fields::VARCHAR[], field)
  GROUP BY field, value
)
SELECT field, value, sessions, count(*) OVER (PARTITION BY field) AS distinct_values
FROM counted
QUALIFY row_number() OVER (PARTITION BY field ORDER BY sessions DESC, value) <= $limit
ORDER BY field, sessions DESC, value
