-- Where the results of searches over message contents are kept, in memory.
CREATE SCHEMA IF NOT EXISTS scratch;
CREATE TABLE IF NOT EXISTS scratch.text_matches (search_id VARCHAR NOT NULL, source_id VARCHAR NOT NULL, session_id VARCHAR NOT NULL);
