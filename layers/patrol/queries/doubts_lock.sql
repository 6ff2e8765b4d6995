-- Waits until nobody else holds patrols against each other: of two that come in at once, each must be told of the other.
-- Runs: before flags are raised; the lock ends with the transaction.
SELECT pg_advisory_xact_lock(hashtext('city.flag'))
