-- The crews that hold today, as a table to hand out and to take in again.
SELECT code, name, mode, post_code, hours_from, hours_to, members, provenance, valid_from, valid_to
FROM city.crew_now
ORDER BY code
