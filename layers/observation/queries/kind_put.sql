-- Adds a kind of observation, or changes what is said of it; its family stays. Whether it is new; no row for another
-- family.
INSERT INTO city.observation_kind (code, family, zh, en, rank, due_hours)
VALUES (%(code)s, %(family)s, %(zh)s, %(en)s, %(rank)s, %(due_hours)s)
ON CONFLICT (code) DO UPDATE
SET zh = excluded.zh, en = excluded.en, rank = excluded.rank, due_hours = excluded.due_hours
WHERE observation_kind.family = excluded.family
RETURNING xmax = 0 AS made
