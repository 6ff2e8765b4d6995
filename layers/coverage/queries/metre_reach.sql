-- The reaches of a bank that hold a place of it, today, each with its post and from where to where it goes.
-- code: of the bank.  cm: chainage in centimetres.
SELECT r.code, r.name, r.post_code AS post, p.name AS post_name,
       (SELECT array_agg(ARRAY[lower(span), upper(span)] ORDER BY span) FROM unnest(r.span) AS span) AS spans
FROM city.reach_now AS r
LEFT JOIN city.post_now AS p ON p.code = r.post_code
WHERE r.bank_code = %(code)s AND r.span @> %(cm)s::integer
ORDER BY r.code
