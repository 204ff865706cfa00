-- Forgets batches that nobody will send again. Parameter: 1 the oldest time to keep (Unix milliseconds).
DELETE FROM stepscope_batches WHERE written_at < ?1;
