-- Was this batch written? Parameter: 1 batch id.
SELECT 1 FROM stepscope_batches WHERE batch_id = ?1;
