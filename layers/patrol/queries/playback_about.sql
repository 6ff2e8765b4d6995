-- What a replay says of some patrols beside their rows: names of crew and post today, whether their tracks were erased,
-- how many fixes are stored and not worked out yet, and how many doubts stand.  patrol_ids: bigint[].
SELECT p.patrol_id, c.name AS crew_name, o.name AS post_name, p.erased_at IS NOT NULL AS erased,
       (SELECT COALESCE(sum(b.fixes), 0)::bigint FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id) AS pending_fixes,
       EXISTS (SELECT FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id) AS pending,
       (SELECT count(*) FROM city.flag AS f WHERE f.patrol_id = p.patrol_id AND f.known_to IS NULL) AS flags
FROM city.patrol AS p
LEFT JOIN city.crew_now AS c ON c.code = p.crew
LEFT JOIN city.post_now AS o ON o.code = p.post_code
WHERE p.patrol_id = ANY (%(patrol_ids)s::bigint[])
