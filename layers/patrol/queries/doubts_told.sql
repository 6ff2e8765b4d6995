-- The flags that stand on a patrol, in order of time, each with code and number of the patrol that it was held against.
SELECT f.kind, f.from_at, f.to_at, f.evidence, o.code AS other, f.other_id, f.known_from
FROM city.flag AS f
LEFT JOIN city.patrol AS o ON o.patrol_id = f.other_id
WHERE f.patrol_id = %(patrol_id)s AND f.known_to IS NULL
ORDER BY f.from_at, f.kind, f.flag_id
