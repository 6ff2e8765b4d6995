-- Part of tile_rows: a layer's rows that are true on a day, as known at a time, with what tiles draw of each.
-- {relation}: its table;  {columns}: of v;  {kept}: of v, each after a comma: what tiles draw of it.
SELECT {columns}, v.geom, v.geom_3857{kept}
FROM {relation} AS v
WHERE v.geom_3857 && t.wide
  AND v.valid_from <= %(day)s::date AND (v.valid_to IS NULL OR v.valid_to > %(day)s::date)
  AND v.known_from <= %(known_at)s::timestamptz
