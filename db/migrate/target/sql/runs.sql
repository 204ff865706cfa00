-- Which migrations have written here, and with what plan. Lies in the target, so that it is true of the target, whatever became of reports.
-- AUTOINCREMENT also makes SQLite's list of numbers where a file has none yet.
CREATE TABLE IF NOT EXISTS stepscope_migration_runs (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  plan TEXT NOT NULL
);
