-- Adds to a part what one of its patrols changed: rows entered or ended in this very transaction, and the targets whose
-- last seen is to follow.  changed_layers, changed_codes: text[], in the same order.
UPDATE city.recompute_part AS r
SET rows_changed = r.rows_changed + n.rows, changed_layers = r.changed_layers || %(changed_layers)s::text[],
    changed_codes = r.changed_codes || %(changed_codes)s::text[]
FROM (
    SELECT count(*) AS rows FROM (
        SELECT s.known_from, s.known_to FROM city.sighting AS s WHERE s.patrol_id = %(patrol_id)s
        UNION ALL
        SELECT s.known_from, s.known_to FROM city.side_sighting AS s WHERE s.patrol_id = %(patrol_id)s
        UNION ALL
        SELECT s.known_from, s.known_to FROM city.whole_sighting AS s WHERE s.patrol_id = %(patrol_id)s
        UNION ALL
        SELECT f.known_from, f.known_to FROM city.flag AS f WHERE f.patrol_id = %(patrol_id)s OR f.other_id = %(patrol_id)s
    ) AS c
    WHERE transaction_timestamp() IN (c.known_from, c.known_to)
) AS n
WHERE r.part_id = %(part_id)s AND n.rows > 0
