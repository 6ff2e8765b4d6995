-- What tiles tell of a path: streets of estates from zoom 12, the rest from 14.  f: its row;  t: the tile.
SELECT f.code, f.name, f.kind,
       CASE WHEN f.kind IN ('residential', 'pedestrian') THEN 12 ELSE 14 END AS drawn_from,
       NULL::integer AS drawn_named_from,
       f.drawn_size AS drawn_weight,
       NULL::timestamptz AS drawn_until
