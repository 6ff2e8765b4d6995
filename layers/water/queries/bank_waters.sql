-- Every water that holds today, for deriving its banks.  CRS: 4490, as WKB.
SELECT code, name, kind, width_m, width_assumed, flow_deg, provenance, edition_id, valid_from, ST_AsBinary(geom) AS geom
FROM city.water_now
ORDER BY code
