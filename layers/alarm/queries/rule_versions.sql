-- Every version of a rule, the oldest first.
SELECT r.code, r.name, r.name_en, r.kind, r.layer, r.post_code, r.threshold, r.grade, r.enabled, r.known_from, r.known_to,
       r.made_by, (extract(epoch FROM r.known_from) * 1000000)::bigint AS version
FROM (
    SELECT code, name, name_en, kind, layer, post_code, threshold, grade, enabled, known_from, known_to, made_by
    FROM city.alarm_rule
    UNION ALL
    SELECT code, name, name_en, kind, layer, post_code, threshold, grade, enabled, known_from, known_to, made_by
    FROM city.alarm_rule_history
) AS r
WHERE r.code = %(code)s
ORDER BY r.known_from
