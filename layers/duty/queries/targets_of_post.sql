-- The versions of a layer's features that say that a post answers for them, as they are or were believed to be.
-- {table}, {history}: such as city.site and city.site_history.  known_at: as believed then, NULL for now.
WITH believed AS (
    SELECT code, valid_from, valid_to, post_code, geom FROM {table}
    WHERE %(known_at)s::timestamptz IS NULL OR known_from <= %(known_at)s
    UNION ALL
    SELECT code, valid_from, valid_to, post_code, geom FROM {history}
    WHERE known_from <= %(known_at)s::timestamptz AND known_to > %(known_at)s
)
SELECT code, valid_from, valid_to, CASE WHEN %(lines)s THEN city.line_cm(geom) END AS end_cm, NULL AS shape
FROM believed
WHERE post_code = %(post_code)s
ORDER BY code, valid_from
