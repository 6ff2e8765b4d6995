-- What tiles tell of a grid.  f: its row;  t: the tile.
SELECT f.code, f.name, f.level, f.parent_code,
       CASE f.level WHEN 'street' THEN 0 WHEN 'unit' THEN 13 ELSE 10 END AS drawn_from,
       CASE f.level WHEN 'street' THEN 9 WHEN 'unit' THEN 15 ELSE 12 END AS drawn_named_from,
       f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
