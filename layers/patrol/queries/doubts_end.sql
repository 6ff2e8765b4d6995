-- Ends flags that are no longer raised. What was raised in this very transaction was never known to anyone.
WITH unborn AS (
    DELETE FROM city.flag AS f
    WHERE f.flag_id = ANY (%(flag_ids)s::bigint[]) AND f.known_from = transaction_timestamp()
)
UPDATE city.flag AS f
-- A transaction that began after this one may have written it.
SET known_to = greatest(transaction_timestamp(), f.known_from)
WHERE f.flag_id = ANY (%(flag_ids)s::bigint[]) AND f.known_from <> transaction_timestamp()
