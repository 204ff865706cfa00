-- Notes that the rows of a table stayed in a file. Parameters: $table_name, $file, $bytes, $rows.
INSERT INTO kept_files VALUES ($table_name, $file, $bytes, $rows)
