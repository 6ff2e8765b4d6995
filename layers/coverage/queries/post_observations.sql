-- The posts of these codes, and how many observations the patrols that went out for them made in a stretch of time.
-- codes: text[].  start, end: half-open.
SELECT c.code, COALESCE(p.name, c.code) AS name,
       (
           -- The table itself: the view does not tell everybody whose patrol it was.
           SELECT count(*) FROM city.observation AS o JOIN city.patrol AS g ON g.code = o.patrol_code
           WHERE g.post_code = c.code AND o.found_at >= %(start)s::timestamptz AND o.found_at < %(end)s::timestamptz
             AND o.valid_from <= current_date AND (o.valid_to IS NULL OR o.valid_to > current_date)
       ) AS observations
FROM unnest(%(codes)s::text[]) AS c(code)
LEFT JOIN city.post_now AS p ON p.code = c.code
ORDER BY c.code
