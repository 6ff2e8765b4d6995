-- The outings of a device that fixes between two times (Unix seconds) may belong to: with fixes there or near,
-- or opened and not yet given any. gap_s: how near. until_s: no fix after it belongs there any more.
WITH near AS (
    SELECT f.patrol_id, min(f.time) AS first, max(f.time) AS last
    FROM city.fix AS f
    WHERE f.device = %(device)s
      AND f.time BETWEEN to_timestamp(%(first_s)s - %(gap_s)s) AND to_timestamp(%(last_s)s + %(gap_s)s)
    GROUP BY f.patrol_id
)
SELECT p.patrol_id, p.code, p.datum_declared,
       extract(epoch FROM COALESCE(least(n.first, p.started_at), p.made_at))::double precision AS first_s,
       extract(epoch FROM COALESCE(n.last, p.made_at))::double precision AS last_s,
       COALESCE(extract(epoch FROM p.closed_at), 'infinity')::double precision AS until_s
FROM city.patrol AS p LEFT JOIN near AS n USING (patrol_id)
WHERE p.device = %(device)s AND p.superseded_at IS NULL
  AND (n.patrol_id IS NOT NULL
       OR (NOT p.gathered AND p.started_at IS NULL
           AND p.made_at BETWEEN to_timestamp(%(first_s)s - %(gap_s)s) AND to_timestamp(%(last_s)s + %(gap_s)s)))
ORDER BY p.patrol_id
