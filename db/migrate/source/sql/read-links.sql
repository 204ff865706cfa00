-- Which systems an experiment tried, in order. Parameters: $after and $last (numbers).
SELECT no, experiment_id, system_id, system_version_id FROM link_order WHERE no > $after AND no <= $last ORDER BY no
