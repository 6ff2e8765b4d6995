-- Part of transfer_missing and its counts: whether a stored row is within an area, which it is when a point on it is,
-- so that each row is in exactly one of adjoining areas. %(area)s: WKB in degrees, or NULL for the whole layer.
(%(area)s::bytea IS NULL
 OR ST_Intersects(ST_PointOnSurface(t.geom), ST_SetSRID(ST_GeomFromWKB(%(area)s::bytea), ST_SRID(t.geom))))
