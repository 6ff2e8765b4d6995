-- Everything that was ever on record of the rows of one code, as it came to be believed: what is believed of a row from
-- known_from until known_to, NULL while it is.
-- {table}, {history}: such as city.duty and city.duty_history.  The newest first.
SELECT v.id, v.fields, v.known_from, v.known_to, v.fields ->> 'made_by' AS made_by, e.name AS edition
FROM (
    SELECT t.id, to_jsonb(t) AS fields, t.known_from, t.known_to, t.edition_id FROM {table} AS t WHERE t.code = %(code)s
    UNION ALL
    SELECT h.id, to_jsonb(h), h.known_from, h.known_to, h.edition_id FROM {history} AS h WHERE h.code = %(code)s
) AS v
LEFT JOIN city.edition AS e ON e.edition_id = v.edition_id
ORDER BY v.known_from DESC, v.fields ->> 'valid_from' DESC, v.id DESC
LIMIT %(row_limit)s
