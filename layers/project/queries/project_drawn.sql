-- What tiles tell of a key project: not who is responsible.  f: its row;  t: the tile.
SELECT f.code, f.name, f.kind, f.stage, f.due_on,
       0 AS drawn_from, CASE WHEN f.name IS NOT NULL THEN 0 END AS drawn_named_from,
       f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
