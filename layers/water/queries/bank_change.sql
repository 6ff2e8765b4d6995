-- A bank whose shore was corrected: the new line under the old number.  CRS: 4490, from WKB.
UPDATE city.bank AS b
SET name = %(name)s, water_code = %(water_code)s, piece = %(piece)s, length_m = %(length_m)s,
    origin = ST_StartPoint(line.geom), assumed = %(assumed)s, provenance = %(provenance)s,
    edition_id = %(edition_id)s, geom = line.geom
FROM (SELECT ST_GeomFromWKB(%(geom)s, 4490) AS geom) AS line
WHERE b.id = %(id)s
