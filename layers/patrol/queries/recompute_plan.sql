-- The parts that a period's patrols would be recomputed in.  start, end: instants, half-open, or NULL for an open end.
SELECT 0::bigint AS part_id, p.day, p.area_code, p.area_name, cardinality(p.patrol_ids) AS patrols, p.fixes
FROM city.recompute_parts(%(start)s::timestamptz, %(end)s::timestamptz) AS p
