-- Experiments to migrate, in order. Parameters: $after and $last (numbers).
SELECT o.no, o.id, x.name, x.description, epoch_us(x.created_at) AS created_at, epoch_us(x.updated_at) AS updated_at, o.is_placeholder
FROM experiment_order o LEFT JOIN v2_experiments x ON x.id = o.id AND NOT o.is_placeholder
WHERE o.no > $after AND o.no <= $last ORDER BY o.no
