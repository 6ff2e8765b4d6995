-- Banks cut by reach, by post or by water, as ranges of chainage in centimetres.
-- by: 'reach', 'post' or 'water'.  known_at: as known at that instant, or NULL for now; what is valid on its local day.
-- Shore that no post answers for is a piece without a code. A reach whose post is not there on that day counts as such.
WITH asked AS (
    SELECT COALESCE(%(known_at)s::timestamptz, 'infinity') AS known_at,
           (COALESCE(%(known_at)s::timestamptz, now()) AT TIME ZONE d.timezone)::date AS day
    FROM city.deployment AS d
),
bank AS (
    SELECT b.code, b.water_code, int4multirange(int4range(0, city.line_cm(b.geom))) AS whole
    FROM (
        SELECT t.code, t.water_code, t.geom, t.valid_from, t.valid_to, t.known_from, NULL::timestamptz AS known_to FROM city.bank AS t
        UNION ALL
        SELECT h.code, h.water_code, h.geom, h.valid_from, h.valid_to, h.known_from, h.known_to FROM city.bank_history AS h
        WHERE %(known_at)s::timestamptz IS NOT NULL
    ) AS b, asked AS a
    WHERE b.known_from <= a.known_at AND (b.known_to IS NULL OR b.known_to > a.known_at)
      AND b.valid_from <= a.day AND (b.valid_to IS NULL OR b.valid_to > a.day)
),
reach AS (
    SELECT r.code, r.name, r.bank_code, r.span, r.post_code
    FROM (
        SELECT t.code, t.name, t.bank_code, t.span, t.post_code, t.valid_from, t.valid_to, t.known_from, NULL::timestamptz AS known_to
        FROM city.reach AS t
        UNION ALL
        SELECT h.code, h.name, h.bank_code, h.span, h.post_code, h.valid_from, h.valid_to, h.known_from, h.known_to
        FROM city.reach_history AS h
        WHERE %(known_at)s::timestamptz IS NOT NULL
    ) AS r, asked AS a
    WHERE r.known_from <= a.known_at AND (r.known_to IS NULL OR r.known_to > a.known_at)
      AND r.valid_from <= a.day AND (r.valid_to IS NULL OR r.valid_to > a.day)
),
post AS (
    SELECT p.code, p.name
    FROM (
        SELECT t.code, t.name, t.valid_from, t.valid_to, t.known_from, NULL::timestamptz AS known_to FROM city.post AS t
        UNION ALL
        SELECT h.code, h.name, h.valid_from, h.valid_to, h.known_from, h.known_to FROM city.post_history AS h
        WHERE %(known_at)s::timestamptz IS NOT NULL
    ) AS p, asked AS a
    WHERE p.known_from <= a.known_at AND (p.known_to IS NULL OR p.known_to > a.known_at)
      AND p.valid_from <= a.day AND (p.valid_to IS NULL OR p.valid_to > a.day)
),
held AS (
    SELECT r.bank_code, range_agg(r.span) AS spans FROM reach AS r JOIN post AS p ON p.code = r.post_code GROUP BY r.bank_code
),
piece AS (
    SELECT r.code, r.name, r.bank_code AS target, r.span AS spans FROM reach AS r WHERE %(by)s = 'reach'
    UNION ALL
    SELECT p.code, p.name, r.bank_code, range_agg(r.span)
    FROM reach AS r JOIN post AS p ON p.code = r.post_code WHERE %(by)s = 'post' GROUP BY p.code, p.name, r.bank_code
    UNION ALL
    SELECT '', '无责任主体', b.code, b.whole - COALESCE(h.spans, '{}')
    FROM bank AS b LEFT JOIN held AS h ON h.bank_code = b.code WHERE %(by)s = 'post'
    UNION ALL
    SELECT b.water_code, COALESCE(w.name, b.water_code), b.code, b.whole
    FROM bank AS b LEFT JOIN city.water_now AS w ON w.code = b.water_code WHERE %(by)s = 'water'
)
SELECT p.code, p.name, p.target, lower(span) AS from_cm, upper(span) AS to_cm
FROM piece AS p CROSS JOIN unnest(p.spans) AS span
ORDER BY p.code, p.target, span
