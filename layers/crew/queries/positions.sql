-- The newest believed fix of each crew that is out, at most `minutes` old; a patrol without a crew counts as its own.
-- person, post: only crews and patrols of this person or post; NULL in both for all.  CRS: WGS84 degrees.
-- The age is told at the database's clock, so that no answer passes old for new.
WITH outing AS (
    SELECT p.patrol_id, p.code, p.device, p.crew, p.mode, p.post_code, p.datum_declared, c.name AS crew_name
    FROM city.patrol AS p LEFT JOIN city.crew_now AS c ON c.code = p.crew
    WHERE p.device IS NOT NULL
      AND greatest(p.ended_at, p.made_at) > now() - %(minutes)s * interval '1 minute' - interval '1 day'
      AND (%(person)s::text IS NULL OR p.made_by = %(person)s OR p.post_code = %(post)s OR c.post_code = %(post)s
           OR %(person)s = ANY (regexp_split_to_array(c.members, '[、,,;;[:space:]]+')))
),
newest AS (
    SELECT DISTINCT ON (COALESCE(o.crew, o.device)) o.*, f.time, f.lon, f.lat, f.accuracy_m, f.datum
    FROM outing AS o
    CROSS JOIN LATERAL (
        SELECT f.time, f.lon, f.lat, f.accuracy_m, f.datum
        FROM city.fix AS f
        WHERE f.device = o.device AND f.patrol_id = o.patrol_id AND f.left_out IS NULL
          AND f.time >= now() - %(minutes)s * interval '1 minute'
        ORDER BY f.time DESC
        LIMIT 1
    ) AS f
    ORDER BY COALESCE(o.crew, o.device), f.time DESC
)
SELECT n.crew, n.crew_name, n.device, n.code AS patrol, n.mode, n.post_code AS post, n.lon, n.lat, n.accuracy_m,
       n.datum_declared, n.datum, n.time,
       extract(epoch FROM clock_timestamp() - n.time)::double precision AS age_s
FROM newest AS n
ORDER BY n.time DESC
