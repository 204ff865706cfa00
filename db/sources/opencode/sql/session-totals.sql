-- What all calls of one session took together (newer TypeScript versions). Parameters: ?1 session.
SELECT cost, tokens_input, tokens_output, tokens_reasoning, tokens_cache_read, tokens_cache_write FROM session WHERE id = ?1
