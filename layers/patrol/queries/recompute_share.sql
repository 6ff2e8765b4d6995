-- Records the parts of a run that has just begun, in the order of their days.
INSERT INTO city.recompute_part (run_id, day, area_code, area_name, patrol_ids, fixes)
SELECT r.run_id, p.day, p.area_code, p.area_name, p.patrol_ids, p.fixes
FROM city.recompute AS r CROSS JOIN LATERAL city.recompute_parts(r.start_at, r.end_at) AS p
WHERE r.run_id = %(run_id)s::uuid
ORDER BY p.day, p.area_code
