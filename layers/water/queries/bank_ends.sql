-- Where the chainage of some banks ends, in centimetres, and whether they are closed. Of the
-- versions of a bank that hold on a day or later, the first.
SELECT DISTINCT ON (code) code, city.line_cm(geom) AS end_cm, ST_IsClosed(geom) AS closed
FROM city.bank
WHERE code = ANY (%(codes)s)
  AND (valid_to IS NULL OR valid_to > greatest(valid_from, %(day)s))
ORDER BY code, valid_from
