-- What tiles tell of a reach.  f: its row;  t: the tile.
SELECT f.code, f.name, f.bank_code, f.post_code,
       0 AS drawn_from, NULL::integer AS drawn_named_from, f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
