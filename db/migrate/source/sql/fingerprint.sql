-- What a table of the source holds, whatever the order of its rows and whoever wrote the file; the view is put in by name.
SELECT count(*) AS n, CAST(coalesce(sum(md5_number_lower(CAST(t AS VARCHAR))), 0) AS VARCHAR) AS sum FROM v2_events t
