-- The attached mirror files, to be attached again read-only. No parameters; one row a catalog.
SELECT database_name AS catalog, path
FROM duckdb_databases()
WHERE NOT internal AND path IS NOT NULL AND NOT readonly
ORDER BY database_name
