-- Every version of one observation, the oldest first, as the acting person may see them.  CRS: degrees.
SELECT v.name, v.family, v.kind, v.grade, v.source, v.found_at, v.place, v.note, v.state, v.post_code, v.due_at,
       v.settled_at, v.settled_by, v.made_by, v.known_from, v.known_to, ST_X(v.geom) AS lon, ST_Y(v.geom) AS lat
FROM city.observation_version AS v
WHERE v.id = %(id)s
ORDER BY v.known_from
