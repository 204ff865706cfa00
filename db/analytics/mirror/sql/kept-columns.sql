-- What the footers of Parquet files say of each column: whether it may hold a NULL, its lowest and its highest value, NULL where one of them
-- does not say it. Parameters: $files.
SELECT path_in_schema AS name, bool_or(coalesce(stats_null_count, 1) > 0) AS has_nulls,
  CASE WHEN count(stats_min_value) = count(*) THEN min(stats_min_value) END AS lowest,
  CASE WHEN count(stats_max_value) = count(*) THEN max(stats_max_value) END AS highest
FROM parquet_metadata($files)
GROUP BY path_in_schema
