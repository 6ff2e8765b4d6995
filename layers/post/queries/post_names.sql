-- What the posts of a day are called.
SELECT code, name
FROM city.post
WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
