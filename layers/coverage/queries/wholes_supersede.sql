-- Ends what is no longer so of what a patrol saw. What was made in this very transaction was never known to anyone.
WITH unborn AS (
    DELETE FROM city.whole_sighting AS s
    WHERE s.whole_sighting_id = ANY (%(sighting_ids)s::bigint[]) AND s.known_from = transaction_timestamp()
)
UPDATE city.whole_sighting AS s
-- A transaction that began after this one may have written it.
SET known_to = greatest(transaction_timestamp(), s.known_from)
WHERE s.whole_sighting_id = ANY (%(sighting_ids)s::bigint[]) AND s.known_from <> transaction_timestamp()
