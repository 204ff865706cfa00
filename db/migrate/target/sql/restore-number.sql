-- Gives the numbers of a run back when nobody took one after it. Parameters: 1 table, 2 number before, 3 number that the run reserved.
UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1 AND seq = ?3
