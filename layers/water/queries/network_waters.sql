-- The waters that are valid on a day.  day: date.  CRS: 4490, as WKB.
SELECT w.code, w.name, w.kind, w.width_m, w.width_assumed, ST_AsBinary(w.geom) AS geom
FROM city.water AS w
WHERE w.valid_from <= %(day)s::date AND (w.valid_to IS NULL OR w.valid_to > %(day)s::date)
ORDER BY w.code
