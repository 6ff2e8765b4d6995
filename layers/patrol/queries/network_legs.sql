-- The lines of the legs of some patrols: where somebody walked, not who, nor when.  patrol_ids: bigint[].  CRS: 4490, as WKB.
SELECT ST_AsBinary(l.geom) AS geom
FROM city.leg AS l
WHERE l.patrol_id = ANY (%(patrol_ids)s::bigint[]) AND GeometryType(l.geom) = 'LINESTRING' AND l.length_m > 0
ORDER BY l.patrol_id, l.leg_no
