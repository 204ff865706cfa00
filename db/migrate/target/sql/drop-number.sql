-- A table that had no row in the list of numbers before the run. Parameters: 1 table, 2 number that the run reserved.
DELETE FROM sqlite_sequence WHERE name = ?1 AND seq = ?2
