-- System versions to migrate, in order. Parameters: $after and $last (numbers).
SELECT o.no, o.id, v.system_id, v.branch, v.commit, epoch_us(v.created_at) AS created_at, v.description
FROM version_order o JOIN v2_system_versions v USING (id)
WHERE o.no > $after AND o.no <= $last ORDER BY o.no
