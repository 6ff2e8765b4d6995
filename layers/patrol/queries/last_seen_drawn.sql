-- What tiles tell of a piece of a line target: days since it was last seen, or never, or unknown.  f: its row;  t: the tile.
SELECT f.code, f.layer, f.never, f.unknown, f.days, f.last_on,
       0 AS drawn_from, NULL::integer AS drawn_named_from,
       -- What was never seen, or longest not, is what the map is looked at for.
       CASE WHEN f.never THEN 1e6 WHEN f.unknown THEN 0.5e6 ELSE f.days END AS drawn_weight, NULL::timestamptz AS drawn_until
