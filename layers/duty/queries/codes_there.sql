-- Which of these codes are true on a day or later. {table}: such as city.reach.
SELECT DISTINCT code
FROM {table}
WHERE code = ANY (%(codes)s) AND (valid_to IS NULL OR valid_to > greatest(valid_from, %(day)s))
