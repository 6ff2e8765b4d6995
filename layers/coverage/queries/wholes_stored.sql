-- The layers of areas and points, and reaches in metres, for which what every patrol saw is stored.
SELECT w.layer, w.reach_m FROM city.whole_stored AS w ORDER BY w.layer, w.reach_m
