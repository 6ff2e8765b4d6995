-- A reach that holds today; from and to in centimetres.
SELECT id, code, name, bank_code, post_code,
       ARRAY(SELECT lower(r) FROM unnest(span) AS r ORDER BY r) AS from_cm,
       ARRAY(SELECT upper(r) FROM unnest(span) AS r ORDER BY r) AS to_cm
FROM city.reach_now
WHERE code = %(code)s
