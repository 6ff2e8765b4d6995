-- The ranges of bank of reaches, as they are or were believed to be: one row a range, centimetres of chainage.
-- known_at: as believed then, NULL for now;  codes, post_code: only these reaches, NULL for any.
WITH believed AS (
    SELECT code, bank_code, span, post_code, valid_from, valid_to FROM city.reach
    WHERE %(known_at)s::timestamptz IS NULL OR known_from <= %(known_at)s
    UNION ALL
    SELECT code, bank_code, span, post_code, valid_from, valid_to FROM city.reach_history
    WHERE known_from <= %(known_at)s::timestamptz AND known_to > %(known_at)s
)
SELECT b.bank_code AS code, b.code AS reach_code, lower(part) AS from_cm, upper(part) AS to_cm, b.valid_from, b.valid_to
FROM believed AS b, unnest(b.span) AS part
WHERE (%(codes)s::text[] IS NULL OR b.code = ANY (%(codes)s))
  AND (%(post_code)s::text IS NULL OR b.post_code = %(post_code)s)
ORDER BY b.bank_code, lower(part)
