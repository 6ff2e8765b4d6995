-- The posts of these codes, and how many observations the patrols that went out for them made in a stretch of time.
-- codes: text[].  start, end: half-open.  known_at: as they were believed to be then; null for now.
WITH believed AS (
    -- The tables themselves: the views do not tell everybody whose patrol it was.
    SELECT patrol_code, found_at, valid_from, valid_to FROM city.observation
    WHERE %(known_at)s::timestamptz IS NULL OR known_from <= %(known_at)s
    UNION ALL
    SELECT patrol_code, found_at, valid_from, valid_to FROM city.observation_history
    WHERE known_from <= %(known_at)s::timestamptz AND known_to > %(known_at)s
), made AS (
    SELECT out_for.post_code, count(*) AS observations
    FROM believed AS o
    JOIN city.patrol AS named ON named.code = o.patrol_code
    -- What became another's, or was corrected, leads to what it is from then on.
    JOIN city.patrol AS g ON g.patrol_id = CASE
        WHEN named.superseded_at <= COALESCE(%(known_at)s::timestamptz, 'infinity') THEN named.superseded_by
        ELSE named.patrol_id
    END
    -- What a patrol was corrected from stands for it until then.
    LEFT JOIN LATERAL (
        SELECT was.patrol_id, was.post_code FROM city.patrol AS was
        WHERE was.superseded_by IN (g.patrol_id, g.superseded_by) AND starts_with(was.code, g.code || '~')
          AND was.superseded_at > %(known_at)s::timestamptz
        ORDER BY was.superseded_at LIMIT 1
    ) AS w ON true
    CROSS JOIN LATERAL (
        SELECT CASE WHEN w.patrol_id IS NULL THEN g.post_code ELSE w.post_code END AS post_code
    ) AS out_for
    WHERE out_for.post_code = ANY (%(codes)s::text[])
      AND o.found_at >= %(start)s::timestamptz AND o.found_at < %(end)s::timestamptz
      AND o.valid_from <= COALESCE(%(known_at)s::timestamptz::date, current_date)
      AND (o.valid_to IS NULL OR o.valid_to > COALESCE(%(known_at)s::timestamptz::date, current_date))
    GROUP BY out_for.post_code
)
SELECT c.code, COALESCE(p.name, c.code) AS name, COALESCE(m.observations, 0) AS observations
FROM unnest(%(codes)s::text[]) AS c(code)
LEFT JOIN city.post_now AS p ON p.code = c.code
LEFT JOIN made AS m ON m.post_code = c.code
ORDER BY c.code
