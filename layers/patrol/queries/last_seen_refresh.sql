-- What was last seen when, at the default reach, worked out anew for targets of a layer (codes: NULL for all).
-- Answers how many pieces there are.
SELECT city.refresh_last_seen(%(layer)s, %(codes)s::text[])
