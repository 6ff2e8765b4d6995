-- Bank codes of the past and the future with the day they are free again, NULL for never: a code is one place.
SELECT code, valid_to
FROM city.bank
WHERE valid_to IS NOT NULL OR valid_from > current_date
