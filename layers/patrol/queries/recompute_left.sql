-- The parts of a run that are not done, in order.
SELECT p.part_id, p.day, p.area_code, p.area_name, cardinality(p.patrol_ids) AS patrols, p.fixes
FROM city.recompute_part AS p
WHERE p.run_id = %(run_id)s::uuid AND p.done_at IS NULL
ORDER BY p.part_id
