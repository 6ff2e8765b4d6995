-- The versions of a layer's features that a duty may be about, as they are or were believed to be.
-- {table}, {history}: such as city.road and city.road_history.
-- known_at: as believed then, NULL for now;  codes: only these, NULL for any;  lines: whether they have chainage;
-- area: WKB in degrees; only what lies on it, a line at all, anything else by a point on it; NULL for anywhere.
-- shape: the line, where it has to be cut by the area. end_cm: where the line ends.
WITH asked AS (
    SELECT ST_SetSRID(ST_GeomFromWKB(%(area)s::bytea), 4490) AS area
),
believed AS (
    SELECT code, valid_from, valid_to, geom FROM {table}
    WHERE %(known_at)s::timestamptz IS NULL OR known_from <= %(known_at)s
    UNION ALL
    SELECT code, valid_from, valid_to, geom FROM {history}
    WHERE known_from <= %(known_at)s::timestamptz AND known_to > %(known_at)s
)
SELECT b.code, b.valid_from, b.valid_to,
       CASE WHEN %(lines)s THEN city.line_cm(b.geom) END AS end_cm,
       CASE WHEN %(lines)s AND a.area IS NOT NULL THEN ST_AsBinary(b.geom) END AS shape
FROM believed AS b, asked AS a
WHERE (%(codes)s::text[] IS NULL OR b.code = ANY (%(codes)s))
  AND (a.area IS NULL
       OR ST_Intersects(CASE WHEN %(lines)s THEN b.geom ELSE ST_PointOnSurface(b.geom) END, a.area))
ORDER BY b.code, b.valid_from
