-- What tiles tell of a control zone.  f: its row;  t: the tile.
SELECT f.code, f.name, f.kind,
       0 AS drawn_from, CASE WHEN f.name IS NOT NULL THEN 14 END AS drawn_named_from,
       f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
