-- What tiles tell of a water; areas are named.  f: its row;  t: the tile.
SELECT f.code, f.name, f.kind, f.width_assumed,
       0 AS drawn_from, CASE WHEN f.name IS NOT NULL AND ST_Dimension(f.geom_3857) = 2 THEN 0 END AS drawn_named_from,
       f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
