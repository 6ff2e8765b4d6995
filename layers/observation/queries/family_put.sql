-- Adds a family of observations, or changes what is said of it. Whether it is new.
INSERT INTO city.observation_family (code, zh, en, rank, due_hours)
VALUES (%(code)s, %(zh)s, %(en)s, %(rank)s, %(due_hours)s)
ON CONFLICT (code) DO UPDATE
SET zh = excluded.zh, en = excluded.en, rank = excluded.rank, due_hours = excluded.due_hours
RETURNING xmax = 0 AS made
