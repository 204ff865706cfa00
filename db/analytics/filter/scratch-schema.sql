-- What filters found, in memory: scopes in tables of their own (`scope-keep.sql`), and the results of searches over message contents.
CREATE SCHEMA IF NOT EXISTS scratch;
CREATE TABLE IF NOT EXISTS scratch.text_matches (search_id VARCHAR NOT NULL, source_id VARCHAR NOT NULL, session_id VARCHAR NOT NULL);
