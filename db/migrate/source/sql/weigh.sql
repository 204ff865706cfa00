-- The batches of a table: the last number of each and its rows. No batch has more than 1,000 rows or, but for one long row, 4 MB of text.
-- The view (no, bytes) is put in by name.
SELECT max(no) AS last, count(*) AS n FROM (
  SELECT no, (row_number() OVER (ORDER BY no) - 1) // 1000 AS place, CAST(sum(bytes) OVER (ORDER BY no) // 4000000 AS BIGINT) AS weight
  FROM events_weights
) GROUP BY place, weight ORDER BY last
