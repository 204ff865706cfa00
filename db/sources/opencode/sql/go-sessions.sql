-- OpenCode's sessions (Go versions, and Crush), oldest first; `prompt_tokens` and `completion_tokens` are of the last call. No parameters.
SELECT id, parent_session_id, title, prompt_tokens, completion_tokens, cost, created_at, updated_at
FROM sessions
ORDER BY created_at, id DESC
