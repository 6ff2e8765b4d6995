-- The layers of areas and points, and reaches in metres, for which what every patrol saw is stored.
-- since: from when on that is complete, NULL where it always was.
SELECT w.layer, w.reach_m, w.since FROM city.whole_stored AS w ORDER BY w.layer, w.reach_m
