-- Notes a batch as written; fails when it was. Parameters: 1 batch id, 2 time (Unix milliseconds).
INSERT INTO stepscope_batches (batch_id, written_at) VALUES (?1, ?2);
