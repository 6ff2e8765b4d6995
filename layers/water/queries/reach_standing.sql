-- The reaches of some banks that hold on a day or later; from and to in centimetres.
SELECT code, bank_code, valid_from, valid_to,
       ARRAY(SELECT lower(r) FROM unnest(span) AS r ORDER BY r) AS from_cm,
       ARRAY(SELECT upper(r) FROM unnest(span) AS r ORDER BY r) AS to_cm
FROM city.reach
WHERE bank_code = ANY (%(bank_codes)s)
  AND (valid_to IS NULL OR valid_to > greatest(valid_from, %(day)s))
ORDER BY code, valid_from
