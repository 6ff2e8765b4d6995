-- What tiles tell of a site: points, lines and areas alike; the latter two are named.  f: its row;  t: the tile.
SELECT f.code, f.name, f.kind, f.grade,
       0 AS drawn_from, 15 AS drawn_named_from, f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
