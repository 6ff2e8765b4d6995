-- The stored rows, true on %(as_of)s, that the file lacks; none unless it is to %(replace)s them. A row is within an area when a point on it is, so that each
-- row is in exactly one of adjoining areas. %(area)s: WKB in degrees, or NULL for the whole layer.
-- %(refused)s: codes that the file has, in rows that were rejected.
CREATE TEMP TABLE transfer_missing ON COMMIT DROP AS
SELECT t.id, t.code
FROM {table} AS t
WHERE %(replace)s AND daterange(t.valid_from, t.valid_to) @> %(as_of)s
  AND NOT EXISTS (SELECT FROM pg_temp.transfer_stage AS s WHERE s.code = t.code)
  AND t.code <> ALL (%(refused)s)
  AND (%(area)s::bytea IS NULL
       OR ST_Intersects(ST_PointOnSurface(t.geom), ST_SetSRID(ST_GeomFromWKB(%(area)s::bytea), ST_SRID(t.geom))))
