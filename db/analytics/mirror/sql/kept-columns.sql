-- What the footer of a Parquet file says of each column: whether it may hold a NULL, its lowest and its highest value. Parameters: $file.
SELECT path_in_schema AS name, bool_or(coalesce(stats_null_count, 1) > 0) AS has_nulls, min(stats_min_value) AS lowest, max(stats_max_value) AS highest
FROM parquet_metadata($file)
GROUP BY path_in_schema
