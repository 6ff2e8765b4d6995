-- A new bank.  CRS: 4490, from WKB.
INSERT INTO city.bank (code, name, water_code, side, piece, length_m, origin, assumed, provenance, edition_id,
                       valid_from, geom)
SELECT %(code)s, %(name)s, %(water_code)s, %(side)s, %(piece)s, %(length_m)s, ST_StartPoint(line.geom), %(assumed)s,
       %(provenance)s, %(edition_id)s, %(valid_from)s, line.geom
FROM (SELECT ST_GeomFromWKB(%(geom)s, 4490) AS geom) AS line
