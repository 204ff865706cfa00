-- Exactly which rows a migration inserted: the keys of each batch, written in the transaction of its rows.
CREATE TABLE IF NOT EXISTS stepscope_migration_batches (
  run_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  keys TEXT NOT NULL,
  PRIMARY KEY (run_id, number)
) WITHOUT ROWID;
