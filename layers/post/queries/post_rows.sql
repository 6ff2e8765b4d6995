-- The posts that hold today, as a table to hand out and to take in again.
SELECT code, name, kind, holder, provenance, valid_from, valid_to
FROM city.post_now
ORDER BY code
