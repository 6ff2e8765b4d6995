-- Waits until no track is being taken in: what lines are seen anew must be seen by every track.
-- Runs: before sightings of changed lines are superseded; the lock ends with the transaction.
SELECT pg_advisory_xact_lock(hashtext('city.sighting'))
