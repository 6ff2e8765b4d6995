-- The legs of the patrols that started in a period: of the first `most` of them after patrol number `after`, in order.
-- start, end: half-open; a patrol belongs to when it starts, and is never cut.  modes, posts: text[], or NULL for any.
-- CRS: 4490, as WKB.
WITH few AS (
    SELECT p.patrol_id
    FROM city.patrol AS p
    WHERE p.started_at >= %(start)s::timestamptz AND p.started_at < %(end)s::timestamptz AND p.patrol_id > %(after)s
      AND (%(modes)s::text[] IS NULL OR p.mode = ANY (%(modes)s::text[]))
      AND (%(posts)s::text[] IS NULL OR p.post_code = ANY (%(posts)s::text[]))
      AND EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = p.patrol_id)
    ORDER BY p.patrol_id LIMIT %(most)s
)
SELECT l.patrol_id, l.times_s, ST_AsBinary(l.geom) AS geom
FROM few JOIN city.leg AS l USING (patrol_id)
ORDER BY l.patrol_id, l.leg_no
