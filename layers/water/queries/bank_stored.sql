-- Every bank that holds today.  CRS: 4490, as WKB.
SELECT id, code, name, water_code, side, piece, assumed, provenance, edition_id, valid_from,
       ST_AsBinary(geom) AS geom
FROM city.bank_now
ORDER BY code
