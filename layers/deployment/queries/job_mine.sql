-- Whether nobody else has this job in hand: held by the session until it lets go or is no more.
SELECT pg_try_advisory_lock(hashtext(%(table)s || '.' || %(doing)s), %(number)s::integer)
