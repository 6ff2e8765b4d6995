-- Adds a part for each patrol that adjoins one of a part: patrol_ids, bigint[], as of adjoining.sql.
INSERT INTO city.recompute_part (run_id, day, area_code, area_name, patrol_ids, fixes)
SELECT r.run_id, r.day, r.area_code, r.area_name, ARRAY[n.patrol_id],
       (SELECT count(*) FROM city.fix AS o WHERE o.patrol_id = n.patrol_id)
FROM city.recompute_part AS r
CROSS JOIN unnest(%(patrol_ids)s::bigint[]) AS n(patrol_id)
WHERE r.part_id = %(part_id)s
