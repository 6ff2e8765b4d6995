-- Every version of the features of one code: when each is true, from when until when it was believed, and from where.
-- {table}, {history}: such as city.grid and city.grid_history.  code: the natural key.  The newest first.
SELECT v.id, v.valid_from, v.valid_to, v.known_from, v.known_to, v.made_by, e.name AS edition
FROM (
    SELECT id, valid_from, valid_to, known_from, known_to, made_by, edition_id FROM {table} WHERE code = %(code)s
    UNION ALL
    SELECT id, valid_from, valid_to, known_from, known_to, made_by, edition_id FROM {history} WHERE code = %(code)s
) AS v
LEFT JOIN city.edition AS e ON e.edition_id = v.edition_id
ORDER BY v.known_from DESC, v.valid_from DESC, v.id
LIMIT %(row_limit)s
