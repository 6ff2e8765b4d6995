-- Gives the crews and devices of some patrols a random name for the month, where they have none yet.
-- start, end: of the patrols that started in this half-open period.  patrol_id: of this patrol alone; NULL for all.
-- Runs: first in its transaction. It waits here, holding nothing, while patrols are erased, and then finds no persons
-- in those: names are made for nobody who is gone. No WITH: that would be read before this table is held.
INSERT INTO city.pseudonym (month, kind, code, name)
SELECT told.month, told.kind, told.code, told.kind || '-' || left(replace(gen_random_uuid()::text, '-', ''), 12)
FROM (
    SELECT DISTINCT date_trunc('month', city.patrol_day(p.started_at, p.made_at))::date AS month, who.kind, who.code
    FROM city.patrol AS p
    CROSS JOIN LATERAL (VALUES ('crew', p.crew), ('device', p.device)) AS who(kind, code)
    WHERE who.code IS NOT NULL
      AND COALESCE(p.started_at, p.made_at) >= %(start)s::timestamptz
      AND COALESCE(p.started_at, p.made_at) < %(end)s::timestamptz
      AND (%(patrol_id)s::bigint IS NULL OR p.patrol_id = %(patrol_id)s)
) AS told
WHERE NOT EXISTS (
    SELECT FROM city.pseudonym AS n WHERE (n.month, n.kind, n.code) = (told.month, told.kind, told.code)
)
ON CONFLICT DO NOTHING
