-- Families of observations with their kinds, in the order of lists; a family comes first, without a kind.
SELECT f.code AS family, NULL AS kind, f.zh, f.en, f.due_hours, f.rank, f.rank AS family_rank
FROM city.observation_family AS f
UNION ALL
SELECT k.family, k.code, k.zh, k.en, COALESCE(k.due_hours, f.due_hours), k.rank, f.rank
FROM city.observation_kind AS k JOIN city.observation_family AS f ON f.code = k.family
ORDER BY family_rank, family, kind IS NOT NULL, rank, kind
