-- The tables whose rows stayed in files, with their files. No parameters. Order: table.
SELECT table_name, file, bytes, row_count FROM kept_files ORDER BY table_name
