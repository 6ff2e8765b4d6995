-- The reaches, in metres, for which what every patrol saw of every target is stored; the default one first.
SELECT r.reach_m FROM city.stored_reach AS r ORDER BY r.reach_m <> city.default_reach(), r.reach_m
