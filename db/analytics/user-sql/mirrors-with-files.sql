-- The attached mirrors that may have rows in files beside them. No parameters; one row a catalog.
SELECT database_name AS catalog
FROM duckdb_tables()
WHERE table_name = 'kept_files' AND schema_name = 'main'
ORDER BY database_name
