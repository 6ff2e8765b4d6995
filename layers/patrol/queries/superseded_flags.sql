-- Ends the flags of a patrol, and hands all that ever stood on it to the row that keeps what it was.
-- Flags on others that were held against it stay: they are held against it anew.
WITH unborn AS (
    DELETE FROM city.flag AS f
    WHERE f.patrol_id = %(patrol_id)s AND f.known_to IS NULL AND f.known_from = transaction_timestamp()
)
UPDATE city.flag AS f
SET patrol_id = %(kept_id)s, known_to = COALESCE(f.known_to, greatest(transaction_timestamp(), f.known_from))
WHERE f.patrol_id = %(patrol_id)s AND NOT (f.known_to IS NULL AND f.known_from = transaction_timestamp())
