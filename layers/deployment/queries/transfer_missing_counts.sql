-- Before rows are withdrawn: how many would be, of how many, and how many start after %(as_of)s.
SELECT (SELECT count(*) FROM pg_temp.transfer_missing) AS missing,
       count(*) FILTER (WHERE daterange(t.valid_from, t.valid_to) @> %(as_of)s) AS standing,
       count(*) FILTER (WHERE t.valid_from > %(as_of)s AND t.valid_to IS DISTINCT FROM t.valid_from) AS later,
       max(t.valid_from) AS newest
FROM {table} AS t
WHERE %(area)s::bytea IS NULL
   OR ST_Intersects(ST_PointOnSurface(t.geom), ST_SetSRID(ST_GeomFromWKB(%(area)s::bytea), ST_SRID(t.geom)))
