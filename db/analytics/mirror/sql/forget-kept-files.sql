-- The rows of a table stay in no file any more. Parameters: $table_name.
DELETE FROM kept_files WHERE table_name = $table_name;
