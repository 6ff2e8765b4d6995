-- Ends the flags on others that were held against an outing that is part of another now: they are held against that.
WITH unborn AS (
    DELETE FROM city.flag AS f
    WHERE f.other_id = %(patrol_id)s AND f.known_to IS NULL AND f.known_from = transaction_timestamp()
)
UPDATE city.flag AS f
SET known_to = greatest(transaction_timestamp(), f.known_from)
WHERE f.other_id = %(patrol_id)s AND f.known_to IS NULL AND f.known_from <> transaction_timestamp()
