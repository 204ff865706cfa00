-- The tables whose rows stayed in a Parquet file beside the mirror: each is a view over its file.
CREATE TABLE kept_files (
  table_name VARCHAR NOT NULL,
  -- Its whole path, as the view has it.
  file VARCHAR NOT NULL,
  bytes BIGINT NOT NULL,
  row_count BIGINT NOT NULL
);
