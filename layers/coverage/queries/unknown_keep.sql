-- Keeps what is unknown of lines that changed, in place of what was.  told: every line of which it is said again.
-- codes, from_cm, to_cm: in the same order.  until: of the last patrol whose track is gone.
WITH past AS (
    UPDATE city.unknown_span AS u SET known_to = greatest(transaction_timestamp(), u.known_from)
    WHERE u.layer = %(layer)s AND u.target_code = ANY (%(told)s::text[]) AND u.known_to IS NULL
)
INSERT INTO city.unknown_span (layer, target_code, span, until)
SELECT %(layer)s, n.code, int4range(n.from_cm, n.to_cm), %(until)s::timestamptz
FROM unnest(%(codes)s::text[], %(from_cm)s::integer[], %(to_cm)s::integer[]) AS n(code, from_cm, to_cm)
