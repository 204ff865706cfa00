-- (after transcript-items.sql) How many items the transcript has. One row.
SELECT count(*) AS total FROM ordered
