-- Which of these codes are posts on a day or later.
SELECT DISTINCT code
FROM city.post
WHERE code = ANY (%(codes)s)
  AND (valid_to IS NULL OR valid_to > greatest(valid_from, %(day)s))
