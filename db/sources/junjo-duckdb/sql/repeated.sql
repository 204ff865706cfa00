-- Spans and patches that were left out because the same is there already.
SELECT 'spans' AS at, 'The same span is in the file again; it is read once.' AS message, sum(left_out) AS count FROM repeated_spans HAVING count(*) > 0
UNION ALL
SELECT 'state_patches', 'The same patch was ingested again; it is read once.', sum(left_out) FROM repeated_patches HAVING count(*) > 0
