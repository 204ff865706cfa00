-- The sessions whose row in session_stats is to be made again.
CREATE TABLE touched (session_no BIGINT);
