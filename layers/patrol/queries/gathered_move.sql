-- Hands fixes of an outing over to another, and what was kept beside them.  first_us, last_us: microseconds since 1970,
-- both included.
WITH stretch AS (
    SELECT timestamptz 'epoch' + %(first_us)s * interval '1 microsecond' AS first,
           timestamptz 'epoch' + %(last_us)s * interval '1 microsecond' AS last
),
beside AS (
    UPDATE city.fix_conflict AS c SET patrol_id = %(to_id)s
    FROM stretch AS s
    WHERE c.device = %(device)s AND c.patrol_id = %(from_id)s AND c.time BETWEEN s.first AND s.last
)
UPDATE city.fix AS f SET patrol_id = %(to_id)s
FROM stretch AS s
WHERE f.device = %(device)s AND f.patrol_id = %(from_id)s AND f.time BETWEEN s.first AND s.last
