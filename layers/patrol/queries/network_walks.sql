-- Which walks make ways: the newest `most` patrols on foot that started in a period and of whose track nothing is
-- doubtful.  start, end: half-open.
SELECT p.patrol_id
FROM city.patrol AS p
WHERE p.mode = 'foot' AND p.started_at >= %(start)s::timestamptz AND p.started_at < %(end)s::timestamptz
  AND NOT EXISTS (SELECT FROM city.flag AS f WHERE f.patrol_id = p.patrol_id AND f.known_to IS NULL)
ORDER BY p.started_at DESC, p.patrol_id DESC
LIMIT %(most)s
