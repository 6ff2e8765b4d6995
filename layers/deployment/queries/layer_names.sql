-- What features are called on a day, as known at a time.  codes: theirs.
-- {table}, {history}: such as city.grid and city.grid_history.
SELECT v.code, v.name
FROM (
    SELECT code, name, valid_from, valid_to, known_from, known_to FROM {table}
    UNION ALL
    SELECT code, name, valid_from, valid_to, known_from, known_to FROM {history}
) AS v
WHERE v.code = ANY (%(codes)s) AND v.name IS NOT NULL
  AND v.valid_from <= %(day)s::date AND (v.valid_to IS NULL OR v.valid_to > %(day)s::date)
  AND v.known_from <= %(known_at)s AND (v.known_to IS NULL OR v.known_to > %(known_at)s)
