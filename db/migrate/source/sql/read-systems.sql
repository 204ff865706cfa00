-- Systems to migrate, in order. Parameters: $after and $last (numbers).
SELECT o.no, o.id, s.name, s.description FROM system_order o JOIN v2_systems s USING (id)
WHERE o.no > $after AND o.no <= $last ORDER BY o.no
