-- What tiles tell of a road: the lesser from zoom 12.  f: its row;  t: the tile.
SELECT f.code, f.name, f.class, f.length_m,
       CASE WHEN f.class IN ('trunk', 'primary') THEN 0 WHEN f.class IN ('main', 'secondary') THEN 9 ELSE 12 END AS drawn_from,
       NULL::integer AS drawn_named_from,
       CASE WHEN f.class IN ('trunk', 'primary') THEN 2e8 WHEN f.class IN ('main', 'secondary') THEN 1e8 ELSE 0 END
           + f.drawn_size AS drawn_weight,
       NULL::timestamptz AS drawn_until
