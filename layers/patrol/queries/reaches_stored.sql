-- The reaches, in metres, for which what every patrol saw of every target is stored; the default one first.
-- since: from when on that is complete, NULL where it always was.
SELECT r.reach_m, r.since FROM city.stored_reach AS r ORDER BY r.reach_m <> city.default_reach(), r.reach_m
