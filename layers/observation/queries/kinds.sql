-- Families of observations with their kinds, in the order of lists; a family comes before its kinds, without a kind.
-- due_hours: of a kind, its own or else its family's.
SELECT s.family, s.kind, s.zh, s.en, s.rank, s.due_hours
FROM (
    SELECT f.code AS family, NULL AS kind, f.zh, f.en, f.rank, f.due_hours, f.rank AS family_rank
    FROM city.observation_family AS f
    UNION ALL
    SELECT k.family, k.code, k.zh, k.en, k.rank, COALESCE(k.due_hours, f.due_hours), f.rank
    FROM city.observation_kind AS k JOIN city.observation_family AS f ON f.code = k.family
) AS s
ORDER BY s.family_rank, s.family, s.kind IS NOT NULL, s.rank, s.kind
