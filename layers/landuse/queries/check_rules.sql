-- The rules that hold on a day, as known at an instant, by code.
-- A time before a rule was first known is judged by it as it was first, or nothing could be told of that time.
SELECT r.id, r.code, r.name, r.activities, r.subject, r.answer, r.citation, r.remedy, r.valid_from, r.valid_to, r.known_from,
       r.made_by
FROM (
    SELECT v.*, row_number() OVER (PARTITION BY v.id ORDER BY v.known_from) AS nth
    FROM (
        SELECT id, code, name, activities, subject, answer, citation, remedy, valid_from, valid_to, known_from, known_to, made_by
        FROM city.landuse_rule
        UNION ALL
        SELECT id, code, name, activities, subject, answer, citation, remedy, valid_from, valid_to, known_from, known_to, made_by
        FROM city.landuse_rule_history
    ) AS v
) AS r
WHERE (r.known_from <= %(known_at)s OR r.nth = 1) AND (r.known_to IS NULL OR r.known_to > %(known_at)s)
  AND r.valid_from <= %(as_of)s AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s)
ORDER BY r.code, r.id
