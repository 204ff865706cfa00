-- How many calls have a latency in each bin, by model. Parameters: those of the scope. Order: none.
WITH counted AS (
  SELECT l.model_no, l.bin, count(*)::INTEGER AS n
  FROM
    /*{latencies}*/ keyed.call_latencies l
  GROUP BY l.model_no, l.bin
)
SELECT model_no, list(bin) AS bins, list(n) AS counts
FROM counted
GROUP BY model_no
