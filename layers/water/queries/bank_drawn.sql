-- What tiles tell of a bank.  f: its row;  t: the tile.
SELECT f.code, f.name, f.water_code, f.side, f.length_m, f.assumed,
       0 AS drawn_from, NULL::integer AS drawn_named_from, f.length_m AS drawn_weight, NULL::timestamptz AS drawn_until
