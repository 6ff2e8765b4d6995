-- What tiles tell of a plot of farmland: not who is responsible.  f: its row;  t: the tile.
SELECT f.code, f.name, f.village_code, f.state, f.recovery, f.found_mu::double precision AS found_mu,
       f.done_mu::double precision AS done_mu, f.deadline, f.crop,
       0 AS drawn_from, 16 AS drawn_named_from, f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
