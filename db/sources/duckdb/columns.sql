-- The columns of every table of the attached database $catalog, in order; tables of the main schema first.
SELECT c.schema_name, c.table_name, c.column_name, c.data_type
FROM duckdb_columns() c
JOIN duckdb_tables() t USING (database_name, schema_name, table_name)
WHERE c.database_name = $catalog AND NOT c.internal
ORDER BY c.schema_name <> 'main', c.schema_name, c.table_name, c.column_index
