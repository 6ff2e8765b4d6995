-- When the first of a table's rows was entered, be it superseded since; NULL where there never was any.
-- {table}, {history}: such as city.road and city.road_history.
SELECT LEAST((SELECT min(t.known_from) FROM {table} AS t), (SELECT min(h.known_from) FROM {history} AS h))
