-- The versions of a table's rows, by code and then by when they are true.
-- {table}, {history}: such as city.duty and city.duty_history.
-- day: only what is true that day, NULL for whenever;  known_at: as was believed then, NULL for now;
-- like: fields with their values, as a JSON object.
-- version: names a version and what is believed of it. A version that was taken back before it was true is left out.
WITH believed AS (
    SELECT to_jsonb(t) AS fields, t.known_from, t.valid_from, t.valid_to
    FROM {table} AS t
    WHERE %(known_at)s::timestamptz IS NULL OR t.known_from <= %(known_at)s
    UNION ALL
    SELECT to_jsonb(h), h.known_from, h.valid_from, h.valid_to
    FROM {history} AS h
    WHERE h.known_from <= %(known_at)s::timestamptz AND h.known_to > %(known_at)s
)
SELECT fields - '{{id,known_to}}'::text[] AS fields,
       (fields ->> 'id') || '-' || (extract(epoch FROM known_from) * 1000000)::bigint AS version
FROM believed
WHERE NOT isempty(daterange(valid_from, valid_to))
  AND (%(day)s::date IS NULL OR daterange(valid_from, valid_to) @> %(day)s::date)
  AND fields @> %(like)s::jsonb
ORDER BY fields ->> 'code', valid_from
