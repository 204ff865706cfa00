-- Sessions of an archive that a source beside it has too: the views leave them out, so that a session appears once.
CREATE TABLE IF NOT EXISTS memory.main.shadowed_sessions (source_id VARCHAR NOT NULL, session_no BIGINT NOT NULL)
