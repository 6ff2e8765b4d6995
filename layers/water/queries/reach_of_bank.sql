-- The reaches that hold today on a bank; from and to in centimetres.
SELECT id, code, name, bank_code, post_code, provenance, edition_id, valid_from,
       ARRAY(SELECT lower(r) FROM unnest(span) AS r ORDER BY r) AS from_cm,
       ARRAY(SELECT upper(r) FROM unnest(span) AS r ORDER BY r) AS to_cm
FROM city.reach_now
WHERE bank_code = %(bank_code)s
ORDER BY code
