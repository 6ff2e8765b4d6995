-- The rules that stood at an instant, by code. at: NULL for now.  code: one of them; NULL for all.
-- A time before there was a rule is judged by the first there was, or nothing could be told of it.
SELECT r.id, r.code, r.name, r.name_en, r.kind, r.layer, r.post_code, r.threshold, r.grade, r.enabled, r.known_from,
       r.known_to, r.made_by, (extract(epoch FROM r.known_from) * 1000000)::bigint AS version
FROM (
    SELECT v.*, row_number() OVER (PARTITION BY v.code ORDER BY v.known_from) AS nth
    FROM (
        SELECT id, code, name, name_en, kind, layer, post_code, threshold, grade, enabled, known_from, known_to, made_by
        FROM city.alarm_rule
        UNION ALL
        SELECT id, code, name, name_en, kind, layer, post_code, threshold, grade, enabled, known_from, known_to, made_by
        FROM city.alarm_rule_history
    ) AS v
) AS r
WHERE (%(code)s::text IS NULL OR r.code = %(code)s)
  AND (r.known_from <= COALESCE(%(at)s::timestamptz, 'infinity') OR r.nth = 1)
  AND (r.known_to IS NULL OR r.known_to > %(at)s::timestamptz)
ORDER BY r.code
