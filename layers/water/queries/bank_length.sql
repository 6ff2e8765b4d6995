-- The length in centimetres of the bank that holds today under a code; no row where there is none.
SELECT city.line_cm(geom) FROM city.bank_now WHERE code = %(code)s
