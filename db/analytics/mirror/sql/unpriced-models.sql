-- The models of calls that came after row $first and say no cost. $first: row id.
SELECT DISTINCT model, provider FROM events WHERE rowid >= $first AND cost_basis = 'unpriced' AND model IS NOT NULL
ORDER BY model, provider;
