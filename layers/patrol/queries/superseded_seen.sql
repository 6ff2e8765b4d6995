-- Ends what a patrol is known to have seen, and hands all that was ever known of it to the row that keeps what it was.
-- {sighting}: a table of sightings.  What was made in this very transaction was never known to anyone.
WITH unborn AS (
    DELETE FROM {sighting} AS s
    WHERE s.patrol_id = %(patrol_id)s AND s.known_to IS NULL AND s.known_from = transaction_timestamp()
)
UPDATE {sighting} AS s
-- A transaction that began after this one may have written it.
SET patrol_id = %(kept_id)s, known_to = COALESCE(s.known_to, greatest(transaction_timestamp(), s.known_from))
WHERE s.patrol_id = %(patrol_id)s AND NOT (s.known_to IS NULL AND s.known_from = transaction_timestamp())
