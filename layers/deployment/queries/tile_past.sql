-- Part of tile_rows: past versions that are true on a day, as known at a time. What tiles draw of them is worked out anew.
-- {relation}: the layer's history;  {columns}: of v;  {made}: each after a comma, as tile_then has them.
SELECT {columns}, v.geom, city.mercator(v.geom){made}
FROM {relation} AS v
WHERE v.geom && t.degrees
  AND v.valid_from <= %(day)s::date AND (v.valid_to IS NULL OR v.valid_to > %(day)s::date)
  AND v.known_from <= %(known_at)s::timestamptz AND v.known_to > %(known_at)s::timestamptz
