-- Which batches have been written: a batch that is sent again after a lost answer finds its id here and writes nothing twice.
CREATE TABLE IF NOT EXISTS stepscope_batches (
  batch_id TEXT PRIMARY KEY,
  written_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idx_batch_written ON stepscope_batches(written_at);
