-- Which numbered migrations a store has had. Runs before each look at it, so it must be harmless when repeated.
CREATE TABLE IF NOT EXISTS stepscope_migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
);
